import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { securedTables } from './annotation-ddl.ts';
import { bridgeColumns, bridgeParts, releaseColumns, type AuthorsText } from './bridge-catalogs.ts';
import { mendEnumChanges } from './enums/mend-enum-changes.ts';
import { withoutKeptIndexes } from './kept-indexes.ts';
import { readSchemaCatalog, type SchemaCatalog } from './schema-catalog.ts';

/** What a script is built from. */
export interface ScriptParts {
  readonly extensions: readonly string[];
  readonly structure: string;
  readonly manifest: SchemaManifest;
  readonly texts: AuthorsText;
  /** Give row security to what is to have it; else take it from what had none. */
  readonly enable: boolean;
}

/** Builds a script step by step, running each step to see what it leaves to do. */
export async function buildScript(
  client: pg.Client,
  from: SchemaCatalog,
  to: SchemaCatalog,
  { extensions, structure: whole, manifest, texts, enable }: ScriptParts,
): Promise<string> {
  const structure = await mendEnumChanges(withoutKeptIndexes(whole, from, to), from, to);
  const release = releaseColumns(from, to);
  await runAll(client, [...extensions, ...release, structure]);
  const afterStructure = await readSchemaCatalog(client);
  const columns = bridgeColumns(afterStructure, to, texts);
  await runAll(client, columns);
  const parts = bridgeParts(await readSchemaCatalog(client), to, texts);
  const security = [...securedTables(manifest)]
    .filter(([key]) => to.rowSecurity.has(key) === enable)
    .filter(([key]) => afterStructure.rowSecurity.has(key) !== enable)
    .filter(([key]) => enable || to.tables.has(key))
    .map(([, table]) => (enable ? enableRowSecurity(table) : disableRowSecurity(table)));
  await runAll(client, [...parts, ...security]);
  return [
    section('-- Extensions', extensions),
    section('-- Columns computed otherwise, or from what changes', release),
    structure,
    section('-- Generated columns', columns),
    section('-- Annotations', [...parts, ...security]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
    .replace(/^\n$/, '');
}

/** The statement that gives a table row security. */
export const enableRowSecurity = (table: string) =>
  `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;`;
const disableRowSecurity = (table: string) => `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY;`;

/** Runs statements as one script. */
export async function runAll(client: pg.Client, statements: readonly string[]): Promise<void> {
  const script = statements.filter((statement) => statement.trim() !== '').join('\n');
  if (script !== '') await client.query(script);
}

/** Statements under a title; nothing where there are none. */
export function section(title: string, statements: readonly string[]): string {
  return statements.length === 0 ? '' : `${title}\n${statements.join('\n')}`;
}
