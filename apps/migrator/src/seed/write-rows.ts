import type { ManifestModel } from '@holovitals/schema-composer';
import type pg from 'pg';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { databaseFault } from '../errors.ts';
import { sha256 } from '../history/checksum.ts';
import { isReference, keyOf, type SeedFile, type SeedRow, type SeedValues } from './seed-file.ts';
import { UnresolvedReference, type References } from './seed-values.ts';
import { writeBatch, type BatchRow } from './write-batch.ts';

const BATCH_ROWS = 1_000;
const PROGRESS_ROWS = 10_000;

/** What all files of one run share. */
export interface SeedRun {
  readonly client: pg.Client;
  readonly references: References;
  readonly counts: { inserted: number; updated: number; unchanged: number; kept: string[] };
  readonly faults: string[];
}

interface ReadyRow extends BatchRow {
  readonly place: string;
  readonly source: SeedValues;
}

/** Writes the rows of one file, batch by batch, in the open transaction. */
export async function writeRows(
  run: SeedRun,
  model: ManifestModel,
  seed: SeedFile,
  onProgress: (count: number) => void,
): Promise<void> {
  const { client } = run;
  await client.query(
    'create temporary table seed_keys (key text primary key, place text not null)',
  );
  let count = 0;
  for await (const batch of inBatches(seed)) {
    await writeSome(run, model, seed, batch);
    count += batch.length;
    if (count % PROGRESS_ROWS === 0) onProgress(count);
  }
  await client.query('drop table seed_keys');
}

/** Batches of rows with the same fields. A row that refers to its own model may need those before it. */
async function* inBatches(seed: SeedFile): AsyncGenerator<SeedRow[]> {
  let batch: SeedRow[] = [];
  let shape = '';
  for await (const row of seed.rows()) {
    const next = Object.keys(row.values).join();
    const refersToItself = Object.values(row.values).some(
      (value) => isReference(value) && value.$ref === seed.model,
    );
    if (batch.length === BATCH_ROWS || next !== shape || refersToItself) {
      if (batch.length > 0) yield batch;
      batch = [];
    }
    shape = next;
    batch.push(row);
  }
  if (batch.length > 0) yield batch;
}

async function writeSome(
  run: SeedRun,
  model: ManifestModel,
  seed: SeedFile,
  rows: readonly SeedRow[],
): Promise<void> {
  const { client, counts, faults, references } = run;
  const repeated = await findRepeatedKeys(run, seed, rows);
  const ready: ReadyRow[] = [];
  for (const { place, values } of rows) {
    if (repeated.has(place)) continue;
    try {
      const resolved = await references.resolve(model, values);
      const hash = sha256(JSON.stringify(values));
      ready.push({ place, key: keyOf(seed.key, values), hash, values: resolved, source: values });
    } catch (error) {
      if (!(error instanceof UnresolvedReference)) throw error;
      faults.push(`${seed.file}: ${place}: ${error.message}`);
    }
  }
  if (ready.length === 0) return;
  await client.query('savepoint batch');
  try {
    const results = await writeBatch(client, model, seed.key, ready);
    results.forEach((result, index) => {
      if (result === 'kept') counts.kept.push(nameOf(model, seed.key, ready[index]?.source ?? {}));
      else counts[result] += 1;
    });
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    await client.query('rollback to savepoint batch');
    const place = await findCulprit(client, model, seed, ready);
    throw databaseFault(`${seed.file}: ${place}`, describeDatabaseError(error));
  }
  await client.query('release savepoint batch');
}

async function findRepeatedKeys(
  { client, faults }: SeedRun,
  seed: SeedFile,
  rows: readonly SeedRow[],
): Promise<Set<string>> {
  const keys = rows.map(({ place, values }, n) => ({ key: keyOf(seed.key, values), place, n }));
  const { rows: repeated } = await client.query<{ place: string; first: string }>(
    `with s as (
       select * from jsonb_to_recordset($1::jsonb) as s(key text, place text, n integer)
     ), added as (
       insert into seed_keys (key, place) select distinct on (key) key, place from s order by key, n
       on conflict do nothing returning key, place
     )
     select s.place, coalesce(k.place, a.place) as first
     from s left join seed_keys k on k.key = s.key left join added a on a.key = s.key
     where k.key is not null or a.place <> s.place order by s.n`,
    [JSON.stringify(keys)],
  );
  for (const { place, first } of repeated) {
    faults.push(`${seed.file}: ${place}: its key is that of ${first}.`);
  }
  return new Set(repeated.map(({ place }) => place));
}

/** Writes the rows of a refused batch one by one to find the place of the first that is refused. */
async function findCulprit(
  client: pg.Client,
  model: ManifestModel,
  seed: SeedFile,
  rows: readonly ReadyRow[],
): Promise<string> {
  for (const row of rows) {
    try {
      await writeBatch(client, model, seed.key, [row]);
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
      return row.place;
    }
  }
  return `${rows[0]?.place ?? ''} to ${rows.at(-1)?.place ?? ''}`;
}

function nameOf(model: ManifestModel, key: readonly string[], values: SeedValues): string {
  const shown = key.map((name) => {
    const value = values[name];
    return isReference(value) ? Object.values(value.where).map(String).join(' ') : String(value);
  });
  return `${model.name} ${shown.join(' ')}`;
}
