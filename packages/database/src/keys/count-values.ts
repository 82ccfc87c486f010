import { encryptedTables, quoteName, versionOf, type EncryptedTable } from './encrypted-tables.ts';
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
  for (const each of encryptedTables()) {
    progress(`counting ${each.table}`);
    const { rows } = await session.query<Omit<ValueCount, 'table'>>(countSql(each));
    counts.push(...rows.map((row) => ({ table: each.table, ...row })));
  }
  return counts;
}

function countSql({ table, columns }: EncryptedTable): string {
  const values = columns.map((column) => `('${column.name}', ${versionOf(column)})`);
  return `select found."column", found.version::float as version, count(*)::float as "values"
    from ${quoteName(table)},
      lateral (values ${values.join(', ')}) as found ("column", version)
    where found.version is not null group by 1, 2 order by 1, 2`;
}
