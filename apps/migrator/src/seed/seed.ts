import type { ManifestField, ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { withConnection } from '../connection/connect.ts';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { databaseFault, seedInvalid } from '../errors.ts';
import { isCodedError } from '@holovitals/errors';
import { sha256 } from '../history/checksum.ts';
import { checkSeeds } from './check-seeds.ts';
import { isReference, readSeeds, type SeedFile, type SeedReference } from './read-seeds.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

const LEDGER = `create schema if not exists migrator;
create table if not exists migrator.seeded_rows (
  model text not null,
  key text not null,
  hash text not null,
  primary key (model, key)
)`;

/** What {@link seed} did. */
export interface SeedResult {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Rows that people changed: kept as they are, and named here. */
  readonly kept: readonly string[];
}

/**
 * Brings the packages' reference data into the database, in one transaction. A row that people
 * changed is kept; one that only we wrote follows its seed. A second run changes nothing.
 *
 * @throws CodedError `MIGRATOR.SEED_INVALID` with every fault of every row, before anything is written
 */
export async function seed(
  workspace: Workspace,
  target: DatabaseTarget,
  options: { readonly dryRun?: boolean } = {},
): Promise<SeedResult> {
  const manifest = await loadManifest(workspace);
  const problems: string[] = [];
  const seeds = readSeeds(workspace, manifest, problems);
  checkSeeds(seeds, manifest, problems);
  if (problems.length > 0) throw seedInvalid(problems);
  return withConnection(target.ownerUrl, async (client) => {
    let result: SeedResult | undefined;
    await client.query('begin');
    try {
      await client.query(LEDGER);
      await client.query('lock table migrator.seeded_rows in share row exclusive mode');
      result = await writeAll(client, seeds, manifest);
      await client.query(options.dryRun === true ? 'rollback' : 'commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw isCodedError(error) ? error : databaseFault('the seeds', describeDatabaseError(error));
    }
    return result;
  });
}

async function writeAll(
  client: pg.Client,
  seeds: readonly SeedFile[],
  manifest: SchemaManifest,
): Promise<SeedResult> {
  const ledger = await readLedger(client);
  const counts = { inserted: 0, updated: 0, unchanged: 0, kept: [] as string[] };
  const faults: string[] = [];
  for (const file of seeds) {
    const model = manifest.models.find(({ name }) => name === file.model);
    if (model === undefined) continue;
    for (const [index, row] of file.rows.entries()) {
      try {
        await writeRow(client, { manifest, model, file, row, ledger, counts });
      } catch (error) {
        if (error instanceof UnresolvedReference) {
          faults.push(`${file.file}: row ${index + 1}: ${error.message}`);
        } else throw error;
      }
    }
  }
  if (faults.length > 0) throw seedInvalid(faults);
  return counts;
}

class UnresolvedReference extends Error {}

interface RowWork {
  readonly manifest: SchemaManifest;
  readonly model: ManifestModel;
  readonly file: SeedFile;
  readonly row: Readonly<Record<string, unknown>>;
  readonly ledger: Map<string, string>;
  readonly counts: { inserted: number; updated: number; unchanged: number; kept: string[] };
}

/** Writes one row, or finds that it is there already, or that people changed it. */
async function writeRow(client: pg.Client, work: RowWork): Promise<void> {
  const { model, file, ledger, counts } = work;
  const values = await resolveValues(client, work);
  const keyText = JSON.stringify(file.key.map((name) => work.row[name]));
  const ledgerKey = `${model.name} ${keyText}`;
  const hash = sha256(JSON.stringify(work.row));
  const state = await compareRow(client, model, file.key, values);
  if (state === 'absent') {
    await insertRow(client, model, values);
    counts.inserted += 1;
  } else if (state === 'equal') counts.unchanged += 1;
  else if (ledger.get(ledgerKey) === undefined || ledger.get(ledgerKey) === hash) {
    counts.kept.push(`${model.name} ${file.key.map((name) => shown(work.row[name])).join(' ')}`);
    return;
  } else {
    await updateRow(client, model, file.key, values);
    counts.updated += 1;
  }
  if (ledger.get(ledgerKey) === hash) return;
  ledger.set(ledgerKey, hash);
  await client.query(
    `insert into migrator.seeded_rows (model, key, hash) values ($1, $2, $3)
     on conflict (model, key) do update set hash = excluded.hash`,
    [model.name, keyText, hash],
  );
}

/** A row's values as PostgreSQL's text, by field. */
type Values = ReadonlyMap<ManifestField, unknown>;

async function resolveValues(client: pg.Client, work: RowWork): Promise<Values> {
  const values = new Map<ManifestField, unknown>();
  for (const [name, value] of Object.entries(work.row)) {
    const field = work.model.fields.find((candidate) => candidate.name === name);
    if (field === undefined) continue;
    const resolved = isReference(value)
      ? await resolveReference(client, work.manifest, value)
      : value;
    values.set(field, toDatabase(resolved, field, work.manifest));
  }
  return values;
}

async function resolveReference(
  client: pg.Client,
  manifest: SchemaManifest,
  reference: SeedReference,
): Promise<unknown> {
  const model = manifest.models.find(({ name }) => name === reference.$ref);
  const [id] = model?.primaryKey.columns ?? [];
  if (model === undefined || id === undefined) throw new UnresolvedReference('unknown model.');
  const where = Object.entries(reference.where).map(([name, value]) => {
    const field = model.fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new UnresolvedReference(`${model.name} has no field ${name}.`);
    return { field, value: toDatabase(value, field, manifest) };
  });
  const { rows } = await client.query<{ id: unknown }>(
    `select ${quote(id)} as id from ${quote(model.table)} where ${where
      .map(({ field }, index) => `${quote(field.column)} = ${parameter(index + 1, field)}`)
      .join(' and ')}`,
    where.map(({ value }) => value),
  );
  if (rows.length !== 1) {
    throw new UnresolvedReference(
      `${rows.length === 0 ? 'no' : 'more than one'} ${model.name} is ${JSON.stringify(reference.where)}.`,
    );
  }
  return rows[0]?.id;
}

function toDatabase(value: unknown, field: ManifestField, manifest: SchemaManifest): unknown {
  if (value === null || value === undefined) return null;
  if (field.type === 'Json') return JSON.stringify(value);
  if (Array.isArray(value))
    return value.map((item) => toDatabase(item, { ...field, list: false }, manifest));
  if (field.kind === 'enum') {
    const known = manifest.enums.find(({ name }) => name === field.type);
    return known?.values.find(({ name }) => name === value)?.databaseName ?? value;
  }
  return value;
}

/** A parameter with its type: enums and arrays are not guessed from text. */
function parameter(index: number, field: ManifestField): string {
  return `$${index}::${field.kind === 'enum' ? enumType(field) : field.databaseType}`;
}

function enumType(field: ManifestField): string {
  const name = field.databaseType.replace(/\[\]$/, '');
  return `${quote(name)}${field.list ? '[]' : ''}`;
}

async function compareRow(
  client: pg.Client,
  model: ManifestModel,
  key: readonly string[],
  values: Values,
): Promise<'absent' | 'equal' | 'different'> {
  const entries = [...values];
  const isKey = ([field]: (typeof entries)[number]) => key.includes(field.name);
  const term = ([field]: (typeof entries)[number]) =>
    `${quote(field.column)} is not distinct from ${parameter(entries.findIndex(([f]) => f === field) + 1, field)}`;
  const rest = entries.filter((entry) => !isKey(entry)).map(term);
  const { rows } = await client.query<{ equal: boolean }>(
    `select ${rest.length === 0 ? 'true' : rest.join(' and ')} as equal
     from ${quote(model.table)} where ${entries.filter(isKey).map(term).join(' and ')}`,
    entries.map(([, value]) => value),
  );
  if (rows[0] === undefined) return 'absent';
  return rows[0].equal ? 'equal' : 'different';
}

async function insertRow(client: pg.Client, model: ManifestModel, values: Values): Promise<void> {
  const entries = [...values];
  for (const field of model.fields) {
    if (values.has(field)) continue;
    if (field.default?.startsWith('uuid(') === true) entries.push([field, uuidv7()]);
    else if (field.updatedAt) entries.push([field, new Date()]);
  }
  await client.query(
    `insert into ${quote(model.table)} (${entries.map(([field]) => quote(field.column)).join(', ')})
     values (${entries.map(([field], index) => parameter(index + 1, field)).join(', ')})`,
    entries.map(([, value]) => value),
  );
}

async function updateRow(
  client: pg.Client,
  model: ManifestModel,
  key: readonly string[],
  values: Values,
): Promise<void> {
  const entries: (readonly [ManifestField, unknown])[] = [...values];
  for (const field of model.fields) {
    if (field.updatedAt && !values.has(field)) entries.push([field, new Date()]);
  }
  const at = (field: ManifestField) =>
    `${quote(field.column)} = ${parameter(entries.findIndex(([f]) => f === field) + 1, field)}`;
  const fields = entries.map(([field]) => field);
  await client.query(
    `update ${quote(model.table)}
     set ${fields
       .filter(({ name }) => !key.includes(name))
       .map(at)
       .join(', ')}
     where ${fields
       .filter(({ name }) => key.includes(name))
       .map(at)
       .join(' and ')}`,
    entries.map(([, value]) => value),
  );
}

async function readLedger(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ model: string; key: string; hash: string }>(
    'select model, key, hash from migrator.seeded_rows',
  );
  return new Map(rows.map(({ model, key, hash }) => [`${model} ${key}`, hash]));
}

function shown(value: unknown): string {
  return isReference(value) ? Object.values(value.where).map(String).join(' ') : String(value);
}
