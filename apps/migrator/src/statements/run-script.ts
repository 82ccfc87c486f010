import type pg from 'pg';
import { resetSession } from '../connection/connect.ts';
import { readStatements } from './read-statements.ts';

const ACTIVE_SQL_TRANSACTION = '25001';

/**
 * Runs a script as one, or, where a statement of it refuses transactions, statement by statement;
 * what it sets for its session is undone. For databases in which nothing can be lost.
 */
export async function runScript(client: pg.Client, script: string): Promise<void> {
  try {
    await client.query(script);
  } catch (error) {
    if ((error as { code?: string }).code !== ACTIVE_SQL_TRANSACTION) throw error;
    for (const { text } of await readStatements(script)) await client.query(text);
  }
  await resetSession(client);
}
