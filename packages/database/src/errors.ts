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
