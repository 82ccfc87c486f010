import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { BackedUpTable, RowCount } from './backup-format.ts';
import { createRowSummer } from './row-checksum.ts';

/** Values are written so that any server reads back the very same. */
export const COPY_SETTINGS = `
set client_encoding = 'UTF8'; set datestyle = 'ISO'; set intervalstyle = 'postgres'; set bytea_output = 'hex';
set extra_float_digits = 3; set xmloption = 'content'; set statement_timeout = 0; set lock_timeout = 0;
set idle_in_transaction_session_timeout = 0; set synchronize_seqscans = off`;

/**
 * Reads all rows of a table as COPY writes them, and sums them up on the way.
 *
 * @param take is given each piece and awaited before the next is read
 */
export async function copyRowsOut(
  client: pg.Client,
  table: BackedUpTable,
  take: (bytes: Buffer) => Promise<void> | void,
): Promise<RowCount> {
  const summer = createRowSummer();
  const stream = client.query(
    copyTo(`copy ${targetOf(table)} to stdout`, { highWaterMark: 1 << 20 }),
  );
  for await (const piece of stream as AsyncIterable<Buffer>) {
    summer.add(piece);
    await take(piece);
  }
  return summer.result();
}

/** A table as COPY names it. Without a list, it takes all columns that are not generated. */
export function targetOf({ name, columns }: BackedUpTable): string {
  return columns.length === 0 ? name : `${name} (${columns.join(', ')})`;
}
