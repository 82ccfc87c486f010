import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { readRows } from './read-rows.ts';
import type { ReadRows } from './row-file.ts';

/**
 * Loads a file of rows into a table, in the session's open transaction: what reads it to its end
 * and finds a fault rolls back with the transaction.
 *
 * @param table quoted as SQL has it
 * @param columns names of the file's columns, as it has them
 */
export async function loadRows(
  client: pg.Client,
  file: string,
  identities: readonly string[],
  { table, columns }: { readonly table: string; readonly columns: readonly string[] },
): Promise<ReadRows> {
  const names = columns.map((name) => client.escapeIdentifier(name)).join(', ');
  const copy = client.query(copyFrom(`copy ${table} (${names}) from stdin`));
  const ended = once(copy, 'finish');
  ended.catch(() => undefined);
  try {
    const read = await readRows(file, identities, {
      takeBytes: async (bytes) => {
        if (!copy.write(bytes)) await Promise.race([once(copy, 'drain'), ended]);
      },
    });
    copy.end();
    await ended;
    return read;
  } catch (error) {
    copy.destroy();
    throw error;
  }
}
