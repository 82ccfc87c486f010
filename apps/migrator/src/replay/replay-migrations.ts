import type pg from 'pg';
import { resetSession } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { historyNotReplayable } from '../errors.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';
import { readStatements } from '../statements/read-statements.ts';
import { runScript } from '../statements/run-script.ts';
import { summariseStatement } from '../statements/summarise-statement.ts';

/** A migration that does not run where it stands. */
export interface Refusal {
  readonly migration: string;
  /** The statement, where it can be told apart. */
  readonly statement: { readonly line: number; readonly sql: string } | null;
  readonly why: string;
}

/** How {@link replayMigrations} runs. */
export interface ReplayOptions {
  readonly onProgress?: (line: string) => void;
  /** Called after each migration, with its place. */
  readonly onEach?: (place: number) => Promise<void>;
}

const TOLD_EACH = 50;

/** Runs migrations in a database without rows; answers the first that the server refuses. */
export async function replayMigrations(
  client: pg.Client,
  migrations: readonly Migration[],
  { onProgress = () => undefined, onEach }: ReplayOptions = {},
): Promise<Refusal | null> {
  for (const [place, { name, sql }] of migrations.entries()) {
    const script = withoutByteOrderMark(sql);
    try {
      await runScript(client, script);
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
      return { migration: name, ...(await findRefused(client, script, error)) };
    }
    await onEach?.(place);
    const done = place + 1;
    if (done % TOLD_EACH === 0) onProgress(`${done} of ${migrations.length} migrations replayed`);
  }
  return null;
}

/**
 * Runs a history in a database without rows.
 *
 * @throws CodedError `MIGRATOR.HISTORY_NOT_REPLAYABLE`
 */
export async function replayOrThrow(
  client: pg.Client,
  migrations: readonly Migration[],
  options: ReplayOptions = {},
): Promise<void> {
  const refusal = await replayMigrations(client, migrations, options);
  if (refusal !== null) throw historyNotReplayable(refusal.migration, describeRefusal(refusal));
}

/** Says which statement is refused and why, without its literals. */
export function describeRefusal({ statement, why }: Refusal): string {
  if (statement === null) return why;
  return `Line ${statement.line} (${summariseStatement(statement.sql)}): ${why}`;
}

/** The refused script was undone as a whole: its statements are run one by one. */
async function findRefused(
  client: pg.Client,
  script: string,
  cause: unknown,
): Promise<Omit<Refusal, 'migration'>> {
  await client.query('rollback');
  await resetSession(client);
  const statements = await readStatements(script).catch(() => []);
  for (const { text: sql, line } of statements) {
    try {
      await client.query(sql);
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
      await client.query('rollback');
      return { statement: { line, sql }, why: describeDatabaseError(error) };
    }
  }
  return { statement: null, why: describeDatabaseError(cause, script) };
}
