import { PATIENCE, type LockPatience } from '../connection/lock-patience.ts';
import { environmentInvalid } from '../errors.ts';

/** What a caller said of locks; what is left out comes from the environment. */
export interface LockOptions {
  readonly lockTimeout?: number;
  readonly statementTimeout?: number;
  readonly lockAttempts?: number;
  readonly lockPause?: number;
}

/**
 * Decides how long to wait for locks: by options, else by `MIGRATOR_LOCK_TIMEOUT`,
 * `MIGRATOR_STATEMENT_TIMEOUT`, `MIGRATOR_LOCK_ATTEMPTS` and `MIGRATOR_LOCK_PAUSE`, else as
 * {@link PATIENCE} says.
 *
 * @throws CodedError `MIGRATOR.ENVIRONMENT_INVALID`
 */
export function resolvePatience(
  options: LockOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LockPatience {
  const problems: string[] = [];
  const read = (name: string, least: number): number | undefined => {
    const text = environment[name];
    if (text === undefined || text === '') return undefined;
    if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
    problems.push(`${name} is not a whole number from ${least} on.`);
    return undefined;
  };
  const given = {
    lockTimeoutMs: options.lockTimeout ?? read('MIGRATOR_LOCK_TIMEOUT', 0),
    statementTimeoutMs: options.statementTimeout ?? read('MIGRATOR_STATEMENT_TIMEOUT', 0),
    attempts: options.lockAttempts ?? read('MIGRATOR_LOCK_ATTEMPTS', 1),
    pauseMs: options.lockPause ?? read('MIGRATOR_LOCK_PAUSE', 0),
  };
  if (problems.length > 0) throw environmentInvalid(problems);
  return {
    lockTimeoutMs: given.lockTimeoutMs ?? PATIENCE.lockTimeoutMs,
    statementTimeoutMs: given.statementTimeoutMs ?? PATIENCE.statementTimeoutMs,
    attempts: given.attempts ?? PATIENCE.attempts,
    pauseMs: given.pauseMs ?? PATIENCE.pauseMs,
  };
}
