import type pg from 'pg';
import { resetSession } from '../connection/connect.ts';
import { isDatabaseError } from '../connection/database-error.ts';
import { boundAlone, boundSession, type LockPatience } from '../connection/lock-patience.ts';
import { watchIndexBuild, type Sweep } from '../deploy/half-built-index.ts';
import { isConcurrent } from './is-concurrent.ts';
import { readStatements } from './read-statements.ts';

const ACTIVE_SQL_TRANSACTION = '25001';

/**
 * Runs a script as one, or, where a statement of it refuses transactions, statement by statement;
 * what it sets for its session is undone, and an index whose building failed is gone. For databases in
 * which nothing can be lost.
 *
 * @param patience how long statements may wait and run; for ever where nobody else is there
 */
export async function runScript(
  client: pg.Client,
  script: string,
  patience?: LockPatience,
): Promise<void> {
  const sweep = await watchIndexBuilds(client, script);
  try {
    if (patience !== undefined) await client.query(boundSession(patience));
    await client.query(script);
  } catch (error) {
    if ((error as { code?: string }).code !== ACTIVE_SQL_TRANSACTION) throw await sweep(error);
    for (const { text, node } of await readStatements(script)) {
      if (patience !== undefined) await client.query(boundAlone(patience, isConcurrent(node)));
      await client.query(text).catch(async (refusal: unknown) => {
        throw await sweep(refusal);
      });
    }
  }
  await resetSession(client);
}

/** Answers what clears away half-built indexes after an error, and answers the error. */
async function watchIndexBuilds(
  client: pg.Client,
  script: string,
): Promise<(error: unknown) => Promise<unknown>> {
  const statements = /\bconcurrently\b/i.test(script)
    ? await readStatements(script).catch(() => [])
    : [];
  const sweeps: Sweep[] = [];
  for (const statement of statements) sweeps.push(await watchIndexBuild(client, statement));
  return async (error) => {
    if (sweeps.length > 0 && isDatabaseError(error)) {
      await client.query('rollback');
      for (const sweep of sweeps) await sweep();
    }
    return error;
  };
}
