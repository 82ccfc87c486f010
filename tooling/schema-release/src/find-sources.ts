import { existsSync } from 'node:fs';
import path from 'node:path';
import { findWorkspaceRoot } from '@holovitals/schema-composer';
import { isSchemaFile } from './read-schema.ts';

/** Two schemas to compare, named from a root. */
export interface Sources {
  readonly root: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/**
 * Reads what was named on the command line. Files are those of the current folder, before those of
 * the workspace; two files are compared wherever they stand, without a workspace around them.
 *
 * @throws CodedError `COMPOSE.ROOT_NOT_FOUND`
 */
export function findSources(
  from: string | undefined,
  to: string | undefined,
  start: string | undefined,
): Sources {
  const isAlone = [from, to].every((each) => each !== undefined && isSchemaFile(each));
  if (isAlone && start === undefined) return { root: process.cwd(), from, to };
  const root = findWorkspaceRoot(start ?? '.');
  const fromRoot = (source: string | undefined) =>
    source !== undefined && isSchemaFile(source) && existsSync(source)
      ? path.relative(root, path.resolve(source))
      : source;
  return { root, from: fromRoot(from), to: fromRoot(to) };
}
