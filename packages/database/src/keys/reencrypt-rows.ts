import { isCodedError } from '@holovitals/errors';
import { openValue, sealValue } from '../encryption/field-codec.ts';
import { versionIn } from '../encryption/seal.ts';
import { quoteName, type EncryptedTable } from './encrypted-tables.ts';
import type { KeySession } from './key-session.ts';
import type { DataKey } from './open-data-keys.ts';
import { readStored, type StoredRow } from './read-batches.ts';

/** The keys that values come from and go to. */
export interface Crossing {
  readonly from: ReadonlyMap<number, DataKey>;
  readonly to: DataKey;
}

/** A value that did not open. */
export interface UnopenedValue {
  readonly column: string;
  readonly row: string;
}

/** What became of a portion of rows. */
export interface ReencryptedRows {
  readonly rows: number;
  readonly values: number;
  readonly failures: number;
  readonly firstFailure: UnopenedValue | null;
}

interface NewRow {
  readonly id: string;
  /** By column; null where a value is left as it is. */
  readonly pairs: readonly ({ readonly old: Stored; readonly made: Stored } | null)[];
  readonly failures: readonly UnopenedValue[];
}
type Stored = string | Uint8Array;

/**
 * Encrypts the values of rows anew, in the session's open transaction. Rows that somebody else is
 * changing are passed by: it waits for nobody, and so stands in no deadlock.
 */
export async function reencryptRows(
  session: KeySession,
  table: EncryptedTable,
  crossing: Crossing,
  ids: readonly string[],
): Promise<ReencryptedRows> {
  const stored = await readStored(session, table, ids, true);
  const rows = stored.map((row) => renew(table, crossing, row));
  const written = rows.length === 0 ? 0 : await write(session, table, crossing.to, rows);
  const values = rows.flatMap(({ pairs }) => pairs.filter((pair) => pair !== null));
  const failures = rows.flatMap((row) => row.failures);
  return {
    ...{ rows: written, values: values.length },
    ...{ failures: failures.length, firstFailure: failures[0] ?? null },
  };
}

function renew(
  { model }: EncryptedTable,
  { from, to }: Crossing,
  { id, stored }: StoredRow,
): NewRow {
  const failures: UnopenedValue[] = [];
  const pairs = [...model.encrypted.values()].map((field) => {
    const old = stored[field.column] ?? null;
    if (old === null || versionIn(old) === to.version) return null;
    try {
      const plain = openValue({ dataVersions: from }, model, field, id, old);
      return { old, made: sealValue({ data: to }, model, field, id, plain) };
    } catch (error) {
      if (!isCodedError(error)) throw error;
      failures.push({ column: field.column, row: id });
      return null;
    }
  });
  return { id, pairs, failures };
}

/** Only what was read is replaced; a row names the key once all its values are under it. */
async function write(
  session: KeySession,
  { table, columns, keyColumn }: EncryptedTable,
  { id }: DataKey,
  rows: readonly NewRow[],
): Promise<number> {
  const target = quoteName(table);
  const values: unknown[] = [id, rows.map((row) => row.id)];
  const list = (type: string, of: readonly unknown[]) => `$${values.push(of)}::${type}[]`;
  const isWhole = list(
    'boolean',
    rows.map(({ failures }) => failures.length === 0),
  );
  const pairs = columns.map(({ kind }, at) => {
    const type = kind === 'text' ? 'text' : 'bytea';
    return [
      list(
        type,
        rows.map(({ pairs }) => pairs[at]?.old ?? null),
      ),
      list(
        type,
        rows.map(({ pairs }) => pairs[at]?.made ?? null),
      ),
    ];
  });
  const sets = columns.map(({ name }, at) => {
    const column = quoteName(name);
    return `${column} = case when ${target}.${column} = new.old${at} then new.made${at} else ${target}.${column} end`;
  });
  const isChanged = columns.map((_, at) => `new.made${at} is not null`);
  if (keyColumn !== null) {
    const column = `${target}.${quoteName(keyColumn)}`;
    sets.push(
      `${quoteName(keyColumn)} = case when new.whole and ${column} is not null then $1::uuid else ${column} end`,
    );
    isChanged.push(`new.whole and ${column} <> $1::uuid`);
  }
  const names = columns.flatMap((_, at) => [`old${at}`, `made${at}`]);
  const { rows: written } = await session.query(
    `update ${target} set ${sets.join(', ')}
     from unnest($2::uuid[], ${isWhole}, ${pairs.flat().join(', ')}) as new (id, whole, ${names.join(', ')})
     where ${target}.id = new.id and $1::uuid is not null and (${isChanged.join(' or ')})
     returning ${target}.id`,
    values,
  );
  return written.length;
}
