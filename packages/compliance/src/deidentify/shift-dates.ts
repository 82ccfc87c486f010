import { createHmac, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { shiftKeyInvalid } from '../errors.ts';

const MOST_DAYS = 365;

/**
 * The key of the days by which dates are moved: a new one, which is gone with the process; or that of
 * a file, which is made where it is not there yet, so that a later export moves dates alike. Whoever
 * has the file and the patients' ids can move the dates back: it stays with the covered entity (45 CFR
 * 164.514(c)(2)).
 *
 * @throws CodedError `COMPLIANCE.SHIFT_KEY_INVALID`
 */
export async function openShiftKey(file: string | null): Promise<Buffer> {
  const fresh = randomBytes(32);
  if (file === null) return fresh;
  try {
    await writeFile(file, `${fresh.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw shiftKeyInvalid();
  }
  const text = await readFile(file, 'utf8').catch(() => '');
  if (!/^[0-9a-f]{64}$/.test(text.trim())) throw shiftKeyInvalid();
  return Buffer.from(text.trim(), 'hex');
}

/** Days by which all dates of a person are moved: 1 to 365, forward or back, never none. */
export function shiftOf(key: Buffer, person: string): number {
  const digest = createHmac('sha256', key).update(`date-shift ${person}`).digest();
  const at = Number(digest.readBigUInt64BE() % BigInt(2 * MOST_DAYS));
  return at < MOST_DAYS ? at - MOST_DAYS : at - MOST_DAYS + 1;
}
