import type pg from 'pg';
import { resetSession } from '../connection/connect.ts';
import { boundAlone, boundSession, type LockPatience } from '../connection/lock-patience.ts';
import { isConcurrent } from './is-concurrent.ts';
import { readStatements } from './read-statements.ts';

const ACTIVE_SQL_TRANSACTION = '25001';

/**
 * Runs a script as one, or, where a statement of it refuses transactions, statement by statement;
 * what it sets for its session is undone. For databases in which nothing can be lost.
 *
 * @param patience how long statements may wait and run; for ever where nobody else is there
 */
export async function runScript(
  client: pg.Client,
  script: string,
  patience?: LockPatience,
): Promise<void> {
  try {
    if (patience !== undefined) await client.query(boundSession(patience));
    await client.query(script);
  } catch (error) {
    if ((error as { code?: string }).code !== ACTIVE_SQL_TRANSACTION) throw error;
    for (const { text, node } of await readStatements(script)) {
      if (patience !== undefined) await client.query(boundAlone(patience, isConcurrent(node)));
      await client.query(text);
    }
  }
  await resetSession(client);
}
