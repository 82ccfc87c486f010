/** How long the server lets a session of an application wait and work: milliseconds, 0 for ever. */
export interface ConnectionLimits {
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  /** In the midst of a transaction, in which nothing happens. */
  readonly idleInTransactionTimeoutMs: number;
}

/** Longer than any act takes, and short enough that what hangs is let go. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  statementTimeoutMs: 60_000,
  lockTimeoutMs: 10_000,
  idleInTransactionTimeoutMs: 60_000,
};

/** SQL that sets them for a session; a pooler would refuse them as start-up parameters. */
export function limitSession(limits: ConnectionLimits): string {
  return [
    `set statement_timeout = ${limits.statementTimeoutMs}`,
    `set lock_timeout = ${limits.lockTimeoutMs}`,
    `set idle_in_transaction_session_timeout = ${limits.idleInTransactionTimeoutMs}`,
  ].join('; ');
}
