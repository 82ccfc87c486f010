import pg from 'pg';
import type { BackedUpTable, RowCount } from '../backup/backup-format.ts';
import { COPY_SETTINGS, copyRowsOut } from '../backup/copy-rows.ts';
import { readWholeCatalog } from '../backup/describe-database.ts';
import type { DatabaseCatalog } from '../catalog/read-catalog.ts';
import { connect } from '../connection/connect.ts';

/** Reads tables back and sums them up, one after the other, while others are loaded; then the catalog. */
export interface ReadBack {
  /** Has one more table read; its rows are committed. */
  add(number: number): void;
  /** Waits until all of them were read; a table that was never added holds nothing. */
  counts(): Promise<RowCount[]>;
  /** Reads what is there besides rows. */
  catalog(): Promise<DatabaseCatalog>;
  /** Ends its session, also while it reads. */
  end(): Promise<void>;
}

/** Opens a session of its own, as the owner, in which tables are read back. */
export async function openReadBack(
  url: string,
  owner: string,
  tables: readonly BackedUpTable[],
): Promise<ReadBack> {
  const client = await connect(url);
  const counts = tables.map((): RowCount => EMPTY);
  await client.query(
    `set role ${pg.escapeIdentifier(owner)}; ${COPY_SETTINGS}; set search_path = ''`,
  );
  const read = async (number: number): Promise<void> => {
    const table = tables[number];
    if (table !== undefined) counts[number] = await copyRowsOut(client, table, () => undefined);
  };
  let reading = Promise.resolve();
  return {
    add(number) {
      reading = reading.then(() => read(number));
      // Awaited at the end; until then a failure must not count as unhandled.
      reading.catch(() => undefined);
    },
    counts: () => reading.then(() => counts),
    catalog: () => readWholeCatalog(client),
    end: () => client.end().catch(() => undefined),
  };
}

const EMPTY: RowCount = { rows: 0, checksum: '0'.repeat(16) };
