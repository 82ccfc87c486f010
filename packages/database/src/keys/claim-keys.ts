import { keysBusy } from '../errors.ts';
import type { KeySession } from './key-session.ts';

/**
 * Takes the right to change keys, until the session's transaction ends.
 *
 * @throws CodedError `DATABASE.KEYS_BUSY`
 */
export async function claimKeys(session: KeySession): Promise<void> {
  const { rows } = await session.query<{ mine: boolean }>(
    `select pg_try_advisory_xact_lock(hashtextextended('encryption_keys change', 0)) as mine`,
  );
  if (rows[0]?.mine !== true) throw keysBusy();
}
