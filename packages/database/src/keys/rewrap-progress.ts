import type { KeySession } from './key-session.ts';

/** How far a table is: `EncryptionKey.rewrapProgress`. */
export interface TableProgress {
  /** Id of the last row that was looked at; null before the first and behind the last. */
  readonly cursor: string | null;
  /** Rows that were encrypted anew. */
  readonly done: number;
  readonly total: number;
}

const NOTHING: TableProgress = { cursor: null, done: 0, total: 0 };

/** Where the work on a table was cut off, as the newest of the retiring versions tells it. */
export async function readProgress(
  session: KeySession,
  retiring: readonly string[],
  table: string,
): Promise<TableProgress> {
  const { rows } = await session.query<{ progress: TableProgress | null }>(
    `select rewrap_progress -> $2 as progress from encryption_keys
     where id = any ($1::uuid[]) order by version desc limit 1`,
    [retiring, table],
  );
  return rows[0]?.progress ?? NOTHING;
}

/** Writes down how far a table is, at each of the retiring versions. */
export async function keepProgress(
  session: KeySession,
  retiring: readonly string[],
  table: string,
  progress: TableProgress,
): Promise<void> {
  await session.query(
    `update encryption_keys set updated_at = now(),
       rewrap_progress = coalesce(rewrap_progress, '{}') || jsonb_build_object($2::text, $3::jsonb)
     where id = any ($1::uuid[])`,
    [retiring, table, JSON.stringify(progress)],
  );
}

/** Writes down what did not open, and that nothing is left where that is so. */
export async function keepOutcome(
  session: KeySession,
  retiring: readonly string[],
  { failures, isNothingLeft }: { readonly failures: number; readonly isNothingLeft: boolean },
): Promise<void> {
  await session.query(
    `update encryption_keys set rewrap_failures = $2, updated_at = now(),
       rewrap_verified_at = case when $3 then now() else rewrap_verified_at end
     where id = any ($1::uuid[])`,
    [retiring, failures, isNothingLeft],
  );
}
