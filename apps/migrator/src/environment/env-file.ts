import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { workspaceUnreadable } from '../errors.ts';
import type { Workspace } from './workspace.ts';

/** A variable of `.env.example`, with the rules its comment states. */
export interface EnvironmentVariable {
  readonly name: string;
  /** The example's value: a placeholder that no real environment may hold. */
  readonly example: string;
  /** Commented out: may be left away. */
  readonly optional: boolean;
  /** Must be set in production. */
  readonly requiredInProduction: boolean;
  /** Decoded length in bytes of a key that `env init` makes. */
  readonly bytes: number | null;
  /** Variables any of which may be set in its place. */
  readonly alternatives: readonly string[];
}

/** What {@link initEnvironment} did. */
export type InitResult =
  | { readonly written: true; readonly file: string }
  | { readonly written: false; readonly file: string; readonly missing: readonly string[] };

/**
 * Reads the variables of `.env.example`. A comment above a variable may hold `@bytes 32` (a random
 * key of that many bytes, in hex), `@production` (required there) and `@unless OTHER ANOTHER` (not
 * where one of those is set).
 */
function readVariables(workspace: Workspace): EnvironmentVariable[] {
  const lines = readExample(workspace).split(/\r?\n/);
  let comment = '';
  return lines.flatMap((line) => {
    const match = /^(#\s?)?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
    if (match === null) {
      comment = line.startsWith('#') ? `${comment}\n${line}` : '';
      return [];
    }
    const variable = {
      name: match[2] ?? '',
      example: (match[3] ?? '').replace(/^"(.*)"$/, '$1'),
      optional: match[1] !== undefined,
      requiredInProduction: comment.includes('@production'),
      bytes: Number(/@bytes (\d+)/.exec(comment)?.[1] ?? 0) || null,
      alternatives: /@unless((?: [A-Z][A-Z0-9_]*)+)/.exec(comment)?.[1]?.trim().split(' ') ?? [],
    };
    comment = '';
    return [variable];
  });
}

function readExample({ root }: Workspace): string {
  const file = path.join(root, '.env.example');
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw workspaceUnreadable(
      '.env.example',
      code === 'ENOENT' ? `There is none in ${root}.` : `The system says ${code}.`,
    );
  }
}

/**
 * Writes `.env` from `.env.example` with fresh keys, readable by its owner alone (0600). An
 * existing file is never touched; then the variables it lacks are named.
 *
 * @throws CodedError `MIGRATOR.WORKSPACE_UNREADABLE`
 */
export function initEnvironment(workspace: Workspace): InitResult {
  const file = path.join(workspace.root, '.env');
  const variables = readVariables(workspace);
  if (existsSync(file)) {
    const text = readFileSync(file, 'utf8');
    const missing = variables
      .filter(({ name, optional }) => !optional && !new RegExp(`^\\s*${name}=`, 'm').test(text))
      .map(({ name }) => name);
    return { written: false, file, missing };
  }
  const example = readExample(workspace);
  const text = variables
    .filter(({ bytes }) => bytes !== null)
    .reduce(
      (body, { name, bytes }) =>
        body.replace(
          new RegExp(`^${name}=.*$`, 'm'),
          `${name}="${randomBytes(bytes ?? 0).toString('hex')}"`,
        ),
      example,
    );
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, text, { mode: 0o600 });
  try {
    linkSync(partial, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { written: false, file, missing: [] };
  } finally {
    rmSync(partial, { force: true });
  }
  return { written: true, file };
}

/**
 * Finds every fault of the environment, without a value in any text.
 *
 * @throws CodedError `MIGRATOR.WORKSPACE_UNREADABLE`
 */
export function checkEnvironment(
  workspace: Workspace,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  const production = environment['NODE_ENV'] === 'production';
  return readVariables(workspace).flatMap((variable) => {
    const { name, example, bytes, requiredInProduction, optional, alternatives } = variable;
    const isSet = (other: string) => (environment[other] ?? '') !== '';
    const value = environment[name];
    if (value === undefined || value === '') {
      if (alternatives.some(isSet)) return [];
      const needed = production ? requiredInProduction : bytes !== null && !optional;
      return needed ? [`${name} is not set.`] : [];
    }
    if (value === example && (production || bytes !== null)) {
      return [`${name} still holds the example's placeholder.`];
    }
    if (bytes !== null && decodedLength(value) !== bytes) {
      return [`${name} is not ${bytes} bytes in hex or base64.`];
    }
    return [];
  });
}

function decodedLength(value: string): number | undefined {
  if (/^([0-9a-f]{2})+$/i.test(value)) return value.length / 2;
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return Buffer.from(value, 'base64').length;
  return undefined;
}
