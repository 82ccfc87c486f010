/** How long statements may wait for locks and run, and how often work is tried again. */
export interface LockPatience {
  /** Milliseconds a statement may wait for a lock; 0: for ever. */
  readonly lockTimeoutMs: number;
  /**
   * Milliseconds a statement may run, 0: for ever. Null: an hour in a transaction, where it keeps its
   * locks, and for ever where it stands alone, as a concurrent index build does.
   */
  readonly statementTimeoutMs: number | null;
  /** How often work is tried that gets no lock, the first time included. */
  readonly attempts: number;
  /** Milliseconds that the first pause may last; the bound doubles, up to half a minute. */
  readonly pauseMs: number;
}

/** Ten attempts take about a minute and a half, waiting for locks included. */
export const PATIENCE: LockPatience = {
  lockTimeoutMs: 2_000,
  statementTimeoutMs: null,
  attempts: 10,
  pauseMs: 500,
};

const HOUR_MS = 3_600_000;
const LONGEST_PAUSE_MS = 30_000;

/** SQL that bounds the statements of the open transaction. */
export function boundTransaction(patience: LockPatience): string {
  return `set local lock_timeout = ${patience.lockTimeoutMs}; set local statement_timeout = ${transactionLimitMs(patience)}`;
}

/** SQL that bounds statements which are transactions by themselves. */
export function boundSession(patience: LockPatience): string {
  return boundTransaction(patience).replaceAll('set local', 'set');
}

/** Milliseconds a statement of a transaction may run. */
export function transactionLimitMs({ statementTimeoutMs }: LockPatience): number {
  return statementTimeoutMs ?? HOUR_MS;
}

/**
 * SQL that bounds a statement outside a transaction of ours. One that keeps nobody waiting while it
 * waits itself may wait for ever: cut off, it would leave an invalid index behind.
 */
export function boundAlone(
  { lockTimeoutMs, statementTimeoutMs }: LockPatience,
  harmless: boolean,
): string {
  return `set lock_timeout = ${harmless ? 0 : lockTimeoutMs}; set statement_timeout = ${statementTimeoutMs ?? 0}`;
}

/**
 * Milliseconds before the next attempt: exponential backoff with full jitter, so that those who
 * failed together do not come back together.
 */
export function pauseAfter({ pauseMs }: LockPatience, attempt: number): number {
  return Math.round(Math.random() * Math.min(LONGEST_PAUSE_MS, pauseMs * 2 ** (attempt - 1)));
}
