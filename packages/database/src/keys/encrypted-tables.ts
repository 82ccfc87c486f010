import { encryptedModels, type EncryptedModel } from '../encryption/encrypted-fields.ts';

/** The longest start of a ciphertext that its key version can take. */
const HEAD = 16;

/** The models that hold ciphertext, by the names of their tables. */
export function encryptedTables(): EncryptedModel[] {
  return [...encryptedModels().values()]
    .filter(({ encrypted }) => encrypted.size > 0)
    .sort((one, other) => (one.table < other.table ? -1 : 1));
}

/**
 * SQL for the version of the data key that a stored value names; null where there is no value, 0
 * where it is no ciphertext. It reads the beginning of a long value only.
 */
export function versionOf(column: string, kind: 'text' | 'bytes'): string {
  const name = quoteName(column);
  const version =
    kind === 'text'
      ? `substring(substr(${name}, 1, ${HEAD}) from '^hv1[.]([1-9][0-9]{0,9})[.]')::bigint`
      : `case when substring(${name} from 1 for 4) = '\\x48563100' then
           ('x' || encode(substring(${name} from 5 for 4), 'hex'))::bit(32)::bigint & 4294967295 end`;
  return `case when ${name} is not null then coalesce(${version}, 0) end`;
}

/** A name as SQL takes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
