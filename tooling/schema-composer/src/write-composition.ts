import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Composition } from './compose-workspace.ts';
import { manifestUnreadable, nothingComposed, outputUnwritable } from './errors.ts';
import type { SchemaManifest } from './manifest.ts';

/** Where the outputs of a composition stand. */
export interface OutputPaths {
  readonly schema: string;
  readonly manifest: string;
}

/**
 * Writes `schema.prisma` and `schema.manifest.json`, each whole or not at all; a file that is
 * already right is left untouched. `directory` is relative to the root.
 */
export function writeComposition(
  composition: Composition,
  { root, directory }: { readonly root: string; readonly directory?: string | undefined },
): OutputPaths {
  const files = renderOutputs(composition, root, directory);
  const staged: { readonly path: string; readonly temporary: string }[] = [];
  try {
    for (const { path, text } of files) {
      if (readText(path) === text) continue;
      mkdirSync(resolve(path, '..'), { recursive: true });
      const temporary = `${path}.${String(process.pid)}.tmp`;
      staged.push({ path, temporary });
      writeFileSync(temporary, text);
    }
    for (const { path, temporary } of staged) renameSync(temporary, path);
  } catch (cause) {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
    throw outputUnwritable(staged.at(-1)?.path ?? root, cause);
  }
  return pathsIn(root, directory ?? composition.output?.directory ?? '');
}

/** Output files whose content on disk is not what the composition holds. */
export function staleOutputs(
  composition: Composition,
  { root, directory }: { readonly root: string; readonly directory?: string | undefined },
): string[] {
  return renderOutputs(composition, root, directory)
    .filter(({ path, text }) => readText(path) !== text)
    .map(({ path }) => path);
}

/** Reads a manifest that {@link writeComposition} wrote. */
export function readManifest(path: string): SchemaManifest {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof json === 'object' && json !== null && 'version' in json && json.version === 1) {
      return json as SchemaManifest;
    }
  } catch (cause) {
    throw manifestUnreadable(path, cause);
  }
  throw manifestUnreadable(path, new Error('It has another version.'));
}

function renderOutputs({ output }: Composition, root: string, directory?: string) {
  if (output === null) throw nothingComposed();
  const paths = pathsIn(root, directory ?? output.directory);
  return [
    { path: paths.schema, text: output.schema },
    { path: paths.manifest, text: `${JSON.stringify(output.manifest)}\n` },
  ];
}

function pathsIn(root: string, directory: string): OutputPaths {
  const base = resolve(root, directory);
  return { schema: join(base, 'schema.prisma'), manifest: join(base, 'schema.manifest.json') };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
