import { databaseFault, statementCut } from '../errors.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import { describeDatabaseError } from './database-error.ts';
import { transactionLimitMs } from './lock-patience.ts';
import type { LockDiscipline } from './lock-retries.ts';

const QUERY_CANCELED = '57014';

/** Tells of a database's fault that leaves nothing behind: the same work may go well next time. */
export function passingFault(
  { patience }: LockDiscipline,
  doing: string,
  error: unknown,
  sql?: string,
): Error {
  const why = describeDatabaseError(error, sql === undefined ? sql : withoutByteOrderMark(sql));
  return (error as { code?: string }).code === QUERY_CANCELED
    ? statementCut(doing, why, transactionLimitMs(patience))
    : databaseFault(doing, why);
}
