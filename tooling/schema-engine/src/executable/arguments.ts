import { readFileSync } from 'node:fs';
import type { SchemaFile } from '../open-schema-engine.ts';

/** What the `prisma` CLI tells its engine. */
export interface ExecutableArguments {
  readonly files: readonly SchemaFile[];
  readonly url: string | undefined;
  readonly shadowUrl: string | undefined;
  /** What is left: `cli can-connect-to-database` and the like; empty when requests follow. */
  readonly command: readonly string[];
}

const WITH_VALUE = new Set(['--enabled-preview-features', '--extension-types']);

/** Reads the engine's command line. */
export function parseArguments(argv: readonly string[]): ExecutableArguments {
  const files: SchemaFile[] = [];
  const command: string[] = [];
  let datasource: { url?: string; shadowDatabaseUrl?: string } = {};
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--datamodels') {
      const path = argv[++index] ?? '';
      files.push({ path, content: readFileSync(path, 'utf8') });
    } else if (word === '--datasource') {
      datasource = JSON.parse(argv[++index] ?? '{}') as typeof datasource;
    } else if (WITH_VALUE.has(word)) index += 1;
    else command.push(word);
  }
  return { files, command, url: datasource.url, shadowUrl: datasource.shadowDatabaseUrl };
}
