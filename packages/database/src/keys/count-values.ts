import type { EncryptedModel } from '../encryption/encrypted-fields.ts';
import { encryptedTables, quoteName, versionOf } from './encrypted-tables.ts';
import type { KeySession } from './key-session.ts';

/** How many values of a column are encrypted under a version of the data key. */
export interface ValueCount {
  readonly table: string;
  readonly column: string;
  /** 0 where they are no ciphertexts of this platform. */
  readonly version: number;
  readonly values: number;
}

/**
 * Counts the encrypted values by table, column and version of the data key. Each table is read
 * once, whole.
 */
export async function countValues(
  session: KeySession,
  progress: (text: string) => void = () => undefined,
): Promise<ValueCount[]> {
  const counts: ValueCount[] = [];
  for (const model of encryptedTables()) {
    progress(`counting ${model.table}`);
    const { rows } = await session.query<Omit<ValueCount, 'table'>>(countSql(model));
    counts.push(...rows.map((row) => ({ table: model.table, ...row })));
  }
  return counts;
}

function countSql({ table, encrypted }: EncryptedModel): string {
  const columns = [...encrypted.values()].map(
    ({ column, kind }) => `('${column}', ${versionOf(column, kind)})`,
  );
  return `select found."column", found.version::float as version, count(*)::float as "values"
    from ${quoteName(table)},
      lateral (values ${columns.join(', ')}) as found ("column", version)
    where found.version is not null group by 1, 2 order by 1, 2`;
}
