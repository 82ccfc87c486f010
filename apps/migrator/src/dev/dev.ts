import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import type { SchemaManifest } from '@holovitals/schema-composer';
import { openSchemaEngine, type SchemaState } from '@holovitals/schema-engine';
import pg from 'pg';
import { connect, withConnection } from '../connection/connect.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { dataLoss, nameInvalid } from '../errors.ts';
import { readHistory, type Migration } from '../history/read-history.ts';
import { writeSums } from '../history/write-sums.ts';
import {
  annotationStatements,
  EMPTY_CATALOG,
  extensionStatements,
  rewriteTables,
  type AnnotationCatalog,
} from './annotation-ddl.ts';
import { readAnnotationCatalog } from './read-catalog.ts';

/** How {@link writeMigration} runs. */
export interface DevOptions {
  /** Lower-case words with underscores. */
  readonly name: string;
  /** Write it although it destroys data. */
  readonly acceptDataLoss?: boolean;
}

/** A migration as it was written; null where the schema has no change. */
export type DevResult = { readonly name: string; readonly losses: readonly string[] } | null;

/**
 * Writes the migration that leads from the end of the history to the composed schema, with its way
 * back and its seal. Nothing is written when data would be lost and that was not accepted.
 *
 * @throws CodedError `MIGRATOR.NAME_INVALID`, `MIGRATOR.DATA_LOSS`, `ENGINE.*`
 */
export async function writeMigration(
  workspace: Workspace,
  target: DatabaseTarget,
  options: DevOptions,
): Promise<DevResult> {
  if (!/^[a-z0-9][a-z0-9_]{0,80}$/.test(options.name)) throw nameInvalid(options.name);
  const manifest = await loadManifest(workspace);
  const history = readHistory(workspace);
  const { up, down } = await compare(workspace, target, manifest, history);
  if (up.trim() === '') return null;
  const losses = findLosses(up);
  if (losses.length > 0 && options.acceptDataLoss !== true) throw dataLoss(losses);
  const name = `${timestamp(history)}_${options.name}`;
  const touched = [...up.matchAll(/(?:CREATE|ALTER|DROP) TABLE (?:IF EXISTS )?"([^"]+)"/g)].map(
    (match) => match[1],
  );
  const domains = manifest.domains
    .map((domain) => domain.name)
    .filter((domain) =>
      manifest.models.some((model) => model.domain === domain && touched.includes(model.table)),
    );
  const meta = { domains, reversible: losses.length === 0, losses };
  write(workspace, name, { up, down, meta: `${JSON.stringify(meta, null, 2)}\n` });
  return { name, losses };
}

async function compare(
  workspace: Workspace,
  target: DatabaseTarget,
  manifest: SchemaManifest,
  history: readonly Migration[],
): Promise<{ up: string; down: string }> {
  const shadowUrl = process.env['SHADOW_DATABASE_URL'];
  const engine = await openSchemaEngine(
    history.length === 0
      ? undefined
      : { url: target.ownerUrl, ...(shadowUrl !== undefined && shadowUrl !== '' && { shadowUrl }) },
  );
  try {
    const before: SchemaState =
      history.length === 0
        ? { kind: 'empty' }
        : { kind: 'history', migrations: history.map(({ name, sql }) => ({ name, sql })) };
    const after: SchemaState = {
      kind: 'schema',
      files: [{ path: 'schema.prisma', content: readFileSync(workspace.schemaFile, 'utf8') }],
    };
    const catalog = history.length === 0 ? EMPTY_CATALOG : await replay(target, history);
    return assemble(manifest, catalog, {
      up: withoutEmpty(await engine.diff(before, after)),
      down: withoutEmpty(await engine.diff(after, before)),
    });
  } finally {
    await engine.close();
  }
}

function assemble(
  manifest: SchemaManifest,
  catalog: AnnotationCatalog,
  diff: { up: string; down: string },
): { up: string; down: string } {
  const extensions = extensionStatements(manifest, catalog);
  const annotations = annotationStatements(manifest, catalog);
  const created = new Set(
    [...diff.up.matchAll(/^CREATE TABLE "([^"]+)"/gm)].map((match) => match[1]),
  );
  const schemas = manifest.models
    .filter((model) => model.partitionBy !== null && created.has(model.table))
    .map(
      (model) =>
        `DROP SCHEMA IF EXISTS ${pg.escapeIdentifier(model.partitionBy?.partitionSchema ?? '')};`,
    );
  const onKept = annotations.filter(({ table }) => !created.has(table)).reverse();
  return {
    up: joinParts([
      section('-- Extensions', extensions),
      rewriteTables(diff.up, manifest),
      section(
        '-- Annotations',
        annotations.map(({ up }) => up),
      ),
    ]),
    down: joinParts([
      section(
        '-- Annotations',
        onKept.map(({ down }) => down),
      ),
      diff.down,
      section('-- Partitions', [...new Set(schemas)]),
    ]),
  };
}

/** Replays the history in a database of its own and reads what it leaves. */
async function replay(
  target: DatabaseTarget,
  history: readonly Migration[],
): Promise<AnnotationCatalog> {
  const name = `migrator_replay_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(target.ownerUrl);
  url.pathname = `/${name}`;
  return withConnection(target.ownerUrl, async (server) => {
    await server.query(`create database ${name} template template0`);
    try {
      const client = await connect(url.toString());
      try {
        for (const { sql } of history) await client.query(sql);
        return await readAnnotationCatalog(client);
      } finally {
        await client.end();
      }
    } finally {
      await server.query(`drop database if exists ${name} with (force)`);
    }
  });
}

const LOSSY: readonly (readonly [RegExp, (match: RegExpMatchArray) => string])[] = [
  [/^DROP TABLE "([^"]+)"/gm, (m) => `Table ${m[1]} is dropped.`],
  [
    /^ALTER TABLE "([^"]+)"[^;]*?DROP COLUMN\s+"([^"]+)"/gm,
    (m) => `Column ${m[1]}.${m[2]} is dropped.`,
  ],
];

/** What a migration would destroy. */
function findLosses(sql: string): string[] {
  return LOSSY.flatMap(([pattern, tell]) => [...sql.matchAll(pattern)].map(tell));
}

/** Prisma says "empty" in a comment. */
function withoutEmpty(sql: string): string {
  return /^\s*-- This is an empty migration\.\s*$/.test(sql) ? '' : sql.trim();
}

function section(title: string, statements: readonly string[]): string {
  return statements.length === 0 ? '' : `${title}\n${statements.join('\n')}`;
}

function joinParts(parts: readonly string[]): string {
  const text = parts.filter((part) => part.trim() !== '').join('\n\n');
  return text === '' ? '' : `${text}\n`;
}

/** Now in UTC as Prisma writes it, and always after the newest migration. */
function timestamp(history: readonly Migration[]): string {
  const now = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const newest = history.at(-1)?.name.slice(0, 14) ?? '';
  return now > newest ? now : String(BigInt(newest) + 1n);
}

/** Writes into a folder of another name and renames it: the migration is there whole or not at all. */
function write(
  workspace: Workspace,
  name: string,
  files: { up: string; down: string; meta: string },
): void {
  const partial = path.join(path.dirname(workspace.migrationsDirectory), `.${name}.partial`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(path.join(partial, 'migration.sql'), files.up);
  writeFileSync(path.join(partial, 'down.sql'), files.down);
  writeFileSync(path.join(partial, 'meta.json'), files.meta);
  mkdirSync(workspace.migrationsDirectory, { recursive: true });
  renameSync(partial, path.join(workspace.migrationsDirectory, name));
  writeSums(workspace);
}
