import { environmentInvalid } from '../errors.ts';

const KEEP_ALIVE_MS = 30_000;

/** How node-postgres keeps a connection alive. */
interface KeepAlive {
  readonly keepAlive: boolean;
  readonly keepAliveInitialDelayMillis: number;
}

/**
 * After how long a silence the system asks whether the server is there: `MIGRATOR_KEEP_ALIVE`
 * milliseconds, 0 for never, else half a minute. A long statement says nothing.
 *
 * @throws CodedError `MIGRATOR.ENVIRONMENT_INVALID`
 */
export function resolveKeepAlive(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): KeepAlive {
  const text = environment['MIGRATOR_KEEP_ALIVE'] ?? '';
  if (!/^\d{0,9}$/.test(text)) {
    throw environmentInvalid(['MIGRATOR_KEEP_ALIVE is not a whole number from 0 on.']);
  }
  const delay = text === '' ? KEEP_ALIVE_MS : Number(text);
  return { keepAlive: delay > 0, keepAliveInitialDelayMillis: delay };
}
