import { CodedError } from '@holovitals/errors';

/** The API's connection may do what only the owner may do. */
export function roleTooPowerful(reasons: readonly string[]): CodedError {
  return new CodedError({
    code: 'DATABASE.ROLE_TOO_POWERFUL',
    kind: 'forbidden',
    message: 'The database role of this connection bypasses row security.',
    why: `It ${reasons.join(', and it ')}.`,
    fix: 'Run `pnpm migrator roles sync` and set APP_DATABASE_URL to the application role.',
    details: { reasons },
  });
}

/** Two transactions collided, and this one lost. */
export function transactionConflict(cause: unknown): CodedError {
  return new CodedError({
    code: 'DATABASE.TRANSACTION_CONFLICT',
    kind: 'conflict',
    message: 'The act collided with another one and was undone.',
    why: 'Both touched the same rows at the same time (SQLSTATE 40001 or 40P01).',
    fix: 'Send the request again.',
    cause,
  });
}

/** No transaction could be opened, or it lasted longer than it may. */
export function transactionUnavailable(cause: unknown): CodedError {
  return new CodedError({
    code: 'DATABASE.TRANSACTION_UNAVAILABLE',
    kind: 'unavailable',
    message: 'The database did not finish the act in time; it was undone.',
    why: 'Every connection was busy, or the transaction reached its limit.',
    fix: 'Send the request again; if it stays so, look at the load of the database.',
    cause,
  });
}
