import type pg from 'pg';
import { readLeftBehind, readRecord, type RecordedFile } from './object-record.ts';
import type { SqlObject } from './sql-object.ts';

/** Where a database's objects stand beside the files. */
export interface ObjectState {
  /** To be applied, in order: never applied, changed on disk, or changed in the database. */
  readonly pending: readonly SqlObject[];
  /** What was dropped or changed by hand, as sentences. */
  readonly drift: readonly ObjectDrift[];
  /** Objects that no file makes any more; they stay until `deploy --prune`. */
  readonly left: readonly string[];
}

/** An object that is not as its file made it. */
export interface ObjectDrift {
  readonly file: string;
  /** `view public.cheapest_items` */
  readonly object: string;
  readonly state: 'missing' | 'changed';
}

/** Compares the files with the record, and the record with the catalog. */
export async function readObjectState(
  client: pg.Client,
  objects: readonly SqlObject[],
): Promise<ObjectState> {
  const record = new Map((await readRecord(client)).map((row) => [row.file, row]));
  const drift = objects.flatMap(({ file }) => driftOf(record.get(file)));
  const drifted = new Set(drift.map(({ file }) => file));
  return {
    pending: objects.filter(
      ({ file, hash }) => record.get(file)?.hash !== hash || drifted.has(file),
    ),
    drift,
    left: await readLeftBehind(
      client,
      objects.map(({ file }) => file),
    ),
  };
}

function driftOf(row: RecordedFile | undefined): ObjectDrift[] {
  if (row === undefined) return [];
  const { file, missing, changed } = row;
  return [
    ...missing.map((object) => ({ file, object, state: 'missing' as const })),
    ...changed.map((object) => ({ file, object, state: 'changed' as const })),
  ];
}
