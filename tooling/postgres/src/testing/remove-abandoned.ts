import type pg from 'pg';
import { quoteName } from '../databases.ts';
import { isAbandoned, readMarks, type DatabaseMark } from './database-mark.ts';
import { isTemplateName } from './test-template.ts';

const TEMPLATE_UNUSED_MS = 7 * 86_400_000;

/**
 * Drops the databases of test runs that were killed, and templates unused for a week. A template
 * that is being cloned, and a removal that runs already, are left alone.
 */
export async function removeAbandoned(client: pg.Client, now = Date.now()): Promise<string[]> {
  const removed: string[] = [];
  for (const [name, mark] of await readMarks(client)) {
    if (!isRemovable(name, mark, now)) continue;
    const lock = await client.query<{ held: boolean }>(
      'select pg_try_advisory_lock(hashtext($1)) as held',
      [name],
    );
    if (lock.rows[0]?.held !== true) continue;
    try {
      await client.query(`drop database if exists ${quoteName(name)} with (force)`);
      removed.push(name);
    } finally {
      await client.query('select pg_advisory_unlock(hashtext($1))', [name]);
    }
  }
  return removed;
}

function isRemovable(name: string, mark: DatabaseMark, now: number): boolean {
  return isTemplateName(name) ? now - mark.usedAt > TEMPLATE_UNUSED_MS : isAbandoned(mark, now);
}
