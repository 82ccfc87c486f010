import { quoteName, type EncryptedTable } from './encrypted-tables.ts';
import type { KeySession } from './key-session.ts';

/** How much of a table is held in memory at a time, whatever the size of its values: bytes. */
const MOST_BYTES = 16 * 2 ** 20;
/** Before the id of every row. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** A row's ciphertexts by column. */
export interface StoredRow {
  readonly id: string;
  readonly stored: Readonly<Record<string, string | Buffer | null>>;
}

/** Which rows, in what portions. */
export interface BatchOrder {
  /** Id of the last row that is not wanted any more; null for all. */
  readonly after: string | null;
  readonly batch: number;
  /** SQL that chooses rows, with its values from `$4` on. */
  readonly where?: { readonly sql: string; readonly values: readonly unknown[] };
}

/**
 * Yields the ids of a table's rows in their order, in portions of at most `batch` rows and 16 MiB of
 * ciphertext; a larger value comes alone.
 */
export async function* readIds(
  session: KeySession,
  { table, columns }: EncryptedTable,
  { after, batch, where }: BatchOrder,
): AsyncGenerator<string[]> {
  const bytes = columns.map(({ name }) => `coalesce(octet_length(${quoteName(name)}), 0)`);
  let last = after ?? FIRST;
  for (;;) {
    // The first of them is one that is taken however large it is.
    const { rows } = await session.query<{ id: string }>(
      `select id::text as id from (
         select id, sum(bytes) over (order by id) as bytes, row_number() over (order by id) as nth from (
           select id, ${bytes.join(' + ')} as bytes from ${quoteName(table)}
           where id > $1::uuid and ${where?.sql ?? 'true'} order by id limit $2) as next) as counted
       where bytes <= $3 or nth = 1 order by id`,
      [last, batch, MOST_BYTES, ...(where?.values ?? [])],
    );
    const ids = rows.map(({ id }) => id);
    const end = ids.at(-1);
    if (end === undefined) return;
    yield ids;
    last = end;
  }
}

/** Reads the ciphertexts of rows; with `isLocking`, of those that nobody else is changing, which then wait. */
export async function readStored(
  session: KeySession,
  { table, columns }: EncryptedTable,
  ids: readonly string[],
  isLocking: boolean,
): Promise<StoredRow[]> {
  const names = columns.map(({ name }) => quoteName(name)).join(', ');
  const { rows } = await session.query<{ id: string } & StoredRow['stored']>(
    `select id::text as id, ${names} from ${quoteName(table)} where id = any ($1::uuid[])
     order by id ${isLocking ? 'for no key update skip locked' : ''}`,
    [ids],
  );
  return rows.map(({ id, ...stored }) => ({ id, stored }));
}
