import type pg from 'pg';
import type { BackedUpTable, RowCount } from './backup-format.ts';
import { copyOut } from './copy-out.ts';
import { createRowSummer } from './row-checksum.ts';

/** Values are written so that any server reads back the very same. */
export const COPY_SETTINGS = `
set client_encoding = 'UTF8'; set datestyle = 'ISO'; set intervalstyle = 'postgres'; set bytea_output = 'hex';
set extra_float_digits = 3; set xmloption = 'content'; set statement_timeout = 0; set lock_timeout = 0;
set idle_in_transaction_session_timeout = 0; set synchronize_seqscans = off`;

/** Large objects, in pieces: the server's own table of them is for superusers alone. */
export const LARGE_OBJECT_TABLE: BackedUpTable = {
  name: 'pg_catalog.pg_largeobject',
  columns: ['loid', 'start', 'data'],
};
const PIECE_BYTES = 1 << 18;
const PIECES = `
select m.oid, p.start, p.data from pg_catalog.pg_largeobject_metadata m, lateral (
  with recursive pieces(start, data) as (
    select 0::bigint, lo_get(m.oid, 0, ${PIECE_BYTES})
    union all
    select start + ${PIECE_BYTES}, lo_get(m.oid, start + ${PIECE_BYTES}, ${PIECE_BYTES})
    from pieces where octet_length(data) = ${PIECE_BYTES})
  select * from pieces where start = 0 or data <> '') p`;

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
  const source = isLargeObjects(table) ? `(${PIECES})` : targetOf(table);
  for await (const piece of copyOut(client, `copy ${source} to stdout`)) {
    summer.add(piece);
    await take(piece);
  }
  return summer.result();
}

/** A table as COPY names it. Without a list, it takes all columns that are not generated. */
export function targetOf({ name, columns }: BackedUpTable): string {
  return columns.length === 0 ? name : `${name} (${columns.join(', ')})`;
}

/** Tells large objects from tables. */
export function isLargeObjects({ name }: BackedUpTable): boolean {
  return name === LARGE_OBJECT_TABLE.name;
}
