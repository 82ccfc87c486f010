import { readFileSync } from 'node:fs';
import type { Operation } from './operations.ts';
import { REQUEST_CANARY } from './hostile.ts';

/** An answer, wherever it came from. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Every error code that the documentation explains. */
const DOCUMENTED = new Set(
  readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8').match(
    /[A-Z]+\.[A-Z_]+/g,
  ),
);
const INSIDE =
  /node_modules|\n {4}at |\.[jt]s:\d+|PrismaClient|SQLSTATE|relation "|violates|ECONN|\$argon2|hv1\./;

/** What an answer to a request that is HTTP broke; undefined where all is well. */
export function faultOf(
  operation: Operation,
  { status, type, body }: Answer,
  secrets: readonly string[],
): string | undefined {
  const shown = body.slice(0, 400);
  if (status >= 500) return `answered ${status}: ${shown}`;
  const leak = leakIn(body, status, secrets);
  if (leak !== undefined) return leak;
  const [media = ''] = type.split(';');
  const schema = operation.answerOf(status, media);
  if (schema === undefined) return `${status} of type ${type} is not declared`;
  const read = media.endsWith('json') ? jsonOf(body) : body;
  if (!schema(read))
    return `${status} has another shape: ${JSON.stringify(schema.errors)}: ${shown}`;
  return status < 400 ? undefined : codeFault(body);
}

/** The same for what is hardly HTTP: a refusal may be the parser's own, and any path may answer. */
export function wireFaultOf(
  { status, type, body }: Answer,
  secrets: readonly string[],
): string | undefined {
  if (status >= 500) return `answered ${status}: ${body.slice(0, 400)}`;
  const leak = leakIn(body, status, secrets);
  if (leak !== undefined || status < 400) return leak;
  // To HEAD, to an expectation that Node does not meet, to a request without a host.
  if (body === '') return undefined;
  if (!type.startsWith('application/problem+json')) return `${status} is of type ${type}`;
  return codeFault(body);
}

function leakIn(body: string, status: number, secrets: readonly string[]): string | undefined {
  if (INSIDE.test(body)) return `shows the inside: ${body.slice(0, 400)}`;
  const hidden = status < 400 ? secrets : [...secrets, REQUEST_CANARY];
  const found = hidden.find((secret) => body.toLowerCase().includes(secret.toLowerCase()));
  return found === undefined ? undefined : `shows "${found}": ${body.slice(0, 400)}`;
}

function codeFault(body: string): string | undefined {
  const { code, status } = (jsonOf(body) ?? {}) as { code?: string; status?: number };
  if (status === undefined) return `is no JSON of ours: ${body.slice(0, 400)}`;
  if (code === undefined) return undefined;
  return DOCUMENTED.has(code) ? undefined : `${code} is not documented`;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
