import { isCodedError } from '@holovitals/errors';
import type { EncryptedField } from '../encryption/encrypted-fields.ts';
import { openValue } from '../encryption/field-codec.ts';
import type { KeyEncryptionKey } from '../encryption/key-encryption-key.ts';
import { versionIn } from '../encryption/seal.ts';
import type { ValueCount } from './count-values.ts';
import { chooseTables, type EncryptedTable } from './encrypted-tables.ts';
import type { KeyWork } from './key-session.ts';
import { openDataKeys, type DataKeys } from './open-data-keys.ts';
import { readIds, readStored, type StoredRow } from './read-batches.ts';

const BATCH = 1000;

/** What a proof of all values found. */
export interface ValueProof {
  /** Values that opened, by table, column and version. */
  readonly opened: readonly ValueCount[];
  readonly failures: number;
  /** The first value that did not open, in the order of tables and rows, and why. */
  readonly firstFailure: {
    readonly table: string;
    readonly column: string;
    readonly row: string;
    readonly version: number;
    readonly why: string;
  } | null;
}

/**
 * Opens every encrypted value in its place, which proves that it is what was written there (AES-GCM,
 * NIST SP 800-38D). It reads while the application goes on, in flat memory.
 *
 * @param table one table; null for all
 * @throws CodedError `DATABASE.TABLE_UNENCRYPTED`, `DATABASE.ENCRYPTION_KEY_WRONG`
 */
export async function verifyValues(
  work: Pick<KeyWork, 'session' | 'progress'>,
  kek: KeyEncryptionKey,
  table: string | null,
): Promise<ValueProof> {
  const { session } = work;
  const opened: ValueCount[] = [];
  let failures = 0;
  let firstFailure: ValueProof['firstFailure'] = null;
  let keys = await openDataKeys(session, kek);
  for (const each of chooseTables(table)) {
    const counts = new Map<string, ValueCount>();
    let read = 0;
    for await (const ids of readIds(session, each, { after: null, batch: BATCH })) {
      const values = (await readStored(session, each, ids, false)).flatMap((row) =>
        valuesOf(each, row),
      );
      // A key may have been made since.
      if (values.some(({ version }) => !keys.dataVersions.has(version))) {
        keys = await openDataKeys(session, kek);
      }
      for (const value of values) {
        const fault = open(each, keys, value);
        if (fault === null) count(counts, each.table, value);
        else {
          const { column, row, version } = value;
          failures += 1;
          firstFailure ??= { table: each.table, column, row, version, why: fault };
        }
      }
      read += ids.length;
      work.progress(`${each.table}: ${read} row(s) read`);
    }
    opened.push(...counts.values());
  }
  return { opened, failures, firstFailure };
}

interface StoredValue {
  readonly field: EncryptedField;
  readonly column: string;
  readonly row: string;
  readonly version: number;
  readonly stored: string | Buffer;
}

function valuesOf({ model }: EncryptedTable, { id, stored }: StoredRow): StoredValue[] {
  return [...model.encrypted.values()].flatMap((field) => {
    const value = stored[field.column] ?? null;
    if (value === null) return [];
    const { column } = field;
    return [{ ...{ field, column, row: id, stored: value }, version: versionIn(value) }];
  });
}

/** Why a value does not open; null where it does. */
function open({ model }: EncryptedTable, keys: DataKeys, value: StoredValue): string | null {
  try {
    openValue(keys, model, value.field, value.row, value.stored);
    return null;
  } catch (error) {
    if (isCodedError(error)) return error.why ?? error.message;
    throw error;
  }
}

function count(counts: Map<string, ValueCount>, table: string, { column, version }: StoredValue) {
  const key = `${column} ${version}`;
  const values = (counts.get(key)?.values ?? 0) + 1;
  counts.set(key, { table, column, version, values });
}
