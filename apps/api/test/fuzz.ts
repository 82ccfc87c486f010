import { readFileSync } from 'node:fs';
import type { Clinic } from './clinic.ts';

type Json = Readonly<Record<string, unknown>>;

/** A request that the generator made, and who sends it. */
interface FuzzRequest {
  readonly method: string;
  readonly url: string;
  readonly token: string | undefined;
  readonly headers: Record<string, string>;
  readonly payload: string | Buffer | undefined;
}

/** What an answer broke; empty where all is well. */
export interface FuzzFault {
  readonly request: string;
  readonly fault: string;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { name: string; in: string; schema: Json }[];
  readonly body: Json | undefined;
  readonly statuses: readonly string[];
}

/** Random numbers that a seed repeats: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const HOSTILE: readonly unknown[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  "'; drop table patients; --",
  "' or '1'='1",
  '{{7*7}}',
  '../../../../etc/passwd',
  '%00',
  '𝒳'.repeat(300),
  'x'.repeat(20_000),
  '__proto__',
  'constructor',
  null,
  true,
  -1,
  0,
  1e308,
  2 ** 53,
  0.1,
  '1e999',
  'NaN',
  '9999-99-99',
  '2026-02-30',
  '0000-00-00T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  [],
  {},
  [[[[[[]]]]]],
  { toString: 'x', valueOf: 1 },
  { $ref: '#' },
];

/** Every error code that the documentation explains. */
const DOCUMENTED = new Set(
  readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8').match(
    /[A-Z]+\.[A-Z_]+/g,
  ),
);
const LEAKS = /node_modules|\n {4}at |\.ts:\d+|PrismaClient|SQLSTATE|relation "|violates|ECONN/;

/**
 * Sends generated requests to every operation of the document and tells what an answer broke: a
 * server's error, a status or a code that nobody declared, an answer that shows the inside.
 */
export async function fuzz(
  clinic: Clinic,
  tokens: readonly (string | undefined)[],
  patients: readonly string[],
  { requests, seed }: { readonly requests: number; readonly seed: number },
): Promise<FuzzFault[]> {
  const random = randomFrom(seed);
  const document = (await clinic.platform.server.inject('/openapi.json')).json<Json>();
  const make = createGenerator(document, random, tokens, patients);
  const faults: FuzzFault[] = [];
  for (let n = 0; n < requests && faults.length < 20; n += 1) {
    const { operation, request } = make();
    const { method, url, token, headers, payload } = request;
    const answer = await clinic.platform.server.inject({
      method: method as 'GET',
      url,
      headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(payload !== undefined && { payload }),
    });
    const fault = faultOf(
      operation,
      answer.statusCode,
      answer.body,
      String(answer.headers['content-type']),
    );
    if (fault !== undefined) {
      const told = typeof payload === 'string' ? payload.slice(0, 600) : '';
      faults.push({ request: `#${n} ${method} ${url.slice(0, 300)} ${told}`, fault });
    }
  }
  return faults;
}

function faultOf(operation: Operation, status: number, body: string, type: string) {
  if (status >= 500) return `answered ${status}: ${body.slice(0, 300)}`;
  if (LEAKS.test(body)) return `shows the inside: ${body.slice(0, 300)}`;
  if (status < 400) {
    return operation.statuses.includes(String(status)) ? undefined : `${status} is not declared`;
  }
  if (!type.startsWith('application/problem+json')) return `a refusal of type ${type}`;
  const { code } = JSON.parse(body) as { code?: string };
  return code === undefined || DOCUMENTED.has(code) ? undefined : `${code} is not documented`;
}

function createGenerator(
  document: Json,
  random: () => number,
  tokens: readonly (string | undefined)[],
  patients: readonly string[],
) {
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const chance = (likelihood: number) => random() < likelihood;
  const operations = operationsOf(document);
  const components = (document['components'] as { schemas: Record<string, Json> }).schemas;

  const text = (): string =>
    pick(['Jane', 'a b', 'ÄÖ', '12', 'http://x.example/y', 'I10', 'x'.repeat(40)]);

  const valueOf = (schema: Json, depth = 0): unknown => {
    const {
      $ref,
      anyOf,
      oneOf,
      enum: codes,
      type,
      format,
      pattern,
    } = schema as {
      $ref?: string;
      anyOf?: Json[];
      oneOf?: Json[];
      enum?: unknown[];
      type?: string | string[];
      format?: string;
      pattern?: string;
    };
    if ('const' in schema) return schema['const'];
    if ($ref !== undefined) return valueOf(components[$ref.split('/').at(-1) ?? ''] ?? {}, depth);
    const choice = anyOf ?? oneOf;
    if (choice !== undefined) return valueOf(pick(choice), depth);
    if (codes !== undefined) return pick(codes);
    const kind = (Array.isArray(type) ? pick(type) : type) ?? 'string';
    switch (kind) {
      case 'object': {
        const { properties = {}, required = [] } = schema as {
          properties?: Record<string, Json>;
          required?: string[];
        };
        const wanted = Object.entries(properties).filter(
          ([name]) => required.includes(name) || chance(0.35),
        );
        return Object.fromEntries(wanted.map(([name, part]) => [name, valueOf(part, depth + 1)]));
      }
      case 'array':
        return depth > 4
          ? []
          : Array.from({ length: Math.floor(random() * 3) }, () =>
              valueOf((schema['items'] ?? {}) as Json, depth + 1),
            );
      case 'integer':
      case 'number':
        return pick([0, 1, 2, 10, 50, 100]);
      case 'boolean':
        return chance(0.5);
      case 'null':
        return null;
    }
    if (format === 'uuid') return chance(0.6) ? pick(patients) : crypto.randomUUID();
    if (format === 'date-time') return pick(['2026-01-02T03:04:05Z', '1999-12-31T23:59:59+02:00']);
    if (format === 'date') return pick(['2020-02-29', '1950-01-01']);
    if (format === 'email') return pick(['doctor@example.org', 'nobody@example.org']);
    if (pattern !== undefined)
      return pick([
        '1.50',
        '0',
        'urn:x',
        'http://loinc.org',
        '8480-6',
        '4548-4',
        '123456',
        '2020',
        'mg',
        text(),
      ]);
    return text();
  };

  /** Puts something hostile at one place, drops a part, or adds one. */
  const spoil = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || chance(0.15)) return pick(HOSTILE);
    const entries = Object.entries(value);
    const [name] =
      entries.length === 0 || chance(0.15) ? [pick(['extra', '__proto__', 'id'])] : pick(entries);
    if (chance(0.2)) return Object.fromEntries(entries.filter(([other]) => other !== name));
    const part = (value as Json)[name];
    if (Array.isArray(value)) return [...(value as unknown[]), pick(HOSTILE)];
    return { ...value, [name]: chance(0.5) ? pick(HOSTILE) : spoil(part) };
  };

  const payloadOf = (schema: Json): { payload: string | Buffer; type: string } => {
    const value = valueOf(schema);
    if (chance(0.06)) {
      const broken = pick([
        '{',
        '[',
        '"',
        'null',
        '{"a":1,}',
        '\u0000',
        '{"a":'.repeat(2000),
        '['.repeat(20_000),
        `{"family":"${'x'.repeat(300_000)}"}`,
      ]);
      return { payload: broken, type: 'application/json' };
    }
    if (chance(0.03))
      return {
        payload: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
        type: 'application/json',
      };
    const type = chance(0.03)
      ? pick([
          'text/plain',
          'application/xml',
          'multipart/form-data',
          'application/json; charset=utf-7',
        ])
      : 'application/json';
    return { payload: JSON.stringify(chance(0.5) ? value : spoil(value)), type };
  };

  const urlOf = ({ path, parameters }: Operation): string => {
    const filled = path.replaceAll(/\{(\w+)\}/g, () =>
      chance(0.7)
        ? pick(patients)
        : encodeURIComponent(
            String(
              pick([
                crypto.randomUUID(),
                ...HOSTILE.filter((value) => typeof value === 'string' && value !== '\ud800'),
              ]),
            ).slice(0, 500),
          ),
    );
    const query = parameters
      .filter((parameter) => parameter.in === 'query' && chance(0.4))
      .map(({ name, schema }) => {
        const value = chance(0.6)
          ? valueOf(schema)
          : pick(HOSTILE.filter((each) => each !== '\ud800'));
        const given = typeof value === 'string' ? value : JSON.stringify(value);
        return `${name}=${encodeURIComponent(given).slice(0, 3000)}`;
      });
    if (query.length > 0 && chance(0.1)) query.push(query[0] ?? '');
    return query.length === 0 ? filled : `${filled}?${query.join('&')}`;
  };

  return (): { operation: Operation; request: FuzzRequest } => {
    const operation = pick(operations);
    const body = operation.body === undefined ? undefined : payloadOf(operation.body);
    const headers: Record<string, string> = {
      ...(body !== undefined && { 'content-type': body.type }),
      ...(operation.method === 'PATCH' &&
        chance(0.9) && { 'if-match': pick(['W/"1"', '"2"', 'W/"0"', '*', 'x'.repeat(60)]) }),
      ...(chance(0.1) && { 'x-purpose-of-use': pick(['TREAT', 'BTG', 'HPAYMT', '\u00e4']) }),
      ...(chance(0.05) && { 'x-request-id': pick(['a', 'x'.repeat(5000), 'ok-1']) }),
    };
    const token = pick(tokens);
    return {
      operation,
      request: {
        method: operation.method,
        url: urlOf(operation),
        token,
        headers,
        payload: body?.payload,
      },
    };
  };
}

/** What ends the session that sends it is left out, and what costs a password hash each time. */
const LEFT_OUT = /\/auth\/(logout|login$|register|password)|\/me\/password|invitations\/accept/;

function operationsOf(document: Json): Operation[] {
  const paths = document['paths'] as Record<string, Record<string, Json>>;
  return Object.entries(paths)
    .filter(([path]) => !LEFT_OUT.test(path))
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => {
        const body = operation['requestBody'] as
          { content?: Record<string, { schema: Json }> } | undefined;
        return {
          method: method.toUpperCase(),
          path,
          parameters: (operation['parameters'] ?? []) as Operation['parameters'],
          body: body?.content?.['application/json']?.schema,
          statuses: Object.keys(operation['responses'] as Json),
        };
      }),
    );
}
