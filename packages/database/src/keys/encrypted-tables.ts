import { encryptedModels, type EncryptedModel } from '../encryption/encrypted-fields.ts';
import { tableUnencrypted } from '../errors.ts';
import { manifestModels } from '../manifest-models.ts';

/** The longest start of a ciphertext that its key version can take. */
const HEAD = 16;

/** A table that holds ciphertext. Its rows have an `id` of type uuid. */
export interface EncryptedTable {
  readonly model: EncryptedModel;
  readonly table: string;
  readonly columns: readonly EncryptedColumn[];
  /** The column that names the data key of the row's ciphertexts, where it has one. */
  readonly keyColumn: string | null;
}

/** A column of ciphertext. */
export interface EncryptedColumn {
  readonly name: string;
  readonly kind: 'text' | 'bytes';
}

/** Every table that holds ciphertext, by name. */
export function encryptedTables(): EncryptedTable[] {
  return [...encryptedModels().values()]
    .filter(({ encrypted }) => encrypted.size > 0)
    .map((model) => ({
      ...{ model, table: model.table, keyColumn: keyColumnOf(model) },
      columns: [...model.encrypted.values()].map(({ column, kind }) => ({ name: column, kind })),
    }))
    .sort((one, other) => (one.table < other.table ? -1 : 1));
}

/**
 * The tables to work on: one, or all.
 *
 * @throws CodedError `DATABASE.TABLE_UNENCRYPTED`
 */
export function chooseTables(name: string | null): EncryptedTable[] {
  const tables = encryptedTables().filter(({ table }) => name === null || table === name);
  if (tables.length === 0) throw tableUnencrypted(encryptedTables().map(({ table }) => table));
  return tables;
}

function keyColumnOf({ name }: EncryptedModel): string | null {
  const model = manifestModels().get(name);
  const key = model?.relations.find((relation) => relation.model === 'EncryptionKey');
  return key?.columns[0] ?? null;
}

/**
 * SQL for the version of the data key that a stored value names; null where there is no value, 0
 * where it is no ciphertext. It reads the beginning of a long value only.
 */
export function versionOf({ name, kind }: EncryptedColumn): string {
  const value = quoteName(name);
  const version =
    kind === 'text'
      ? `substring(substr(${value}, 1, ${HEAD}) from '^hv1[.]([1-9][0-9]{0,9})[.]')::bigint`
      : `case when substring(${value} from 1 for 4) = '\\x48563100' then
           ('x' || encode(substring(${value} from 5 for 4), 'hex'))::bit(32)::bigint & 4294967295 end`;
  return `case when ${value} is not null then coalesce(${version}, 0) end`;
}

/** A name as SQL takes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
