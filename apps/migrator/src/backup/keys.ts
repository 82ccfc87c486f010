import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { generateX25519Identity, identityToRecipient, Encrypter, Decrypter } from 'age-encryption';
import {
  backupExists,
  backupUnreadable,
  backupUnwritable,
  identityInvalid,
  recipientInvalid,
} from '../errors.ts';

/** A new key: its secret part is in the file alone. */
export interface NewKey {
  readonly file: string;
  /** The public part, for `--recipient` and `BACKUP_RECIPIENTS`. */
  readonly recipient: string;
}

/**
 * Makes a key and writes its secret part to a new file that its owner alone can read (0600), in the
 * form of `age-keygen`.
 *
 * @throws CodedError `MIGRATOR.BACKUP_EXISTS`, `MIGRATOR.BACKUP_UNWRITABLE`
 */
export async function writeNewKey(file: string): Promise<NewKey> {
  if (existsSync(file)) throw backupExists(file);
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const text = `# created: ${new Date().toISOString()}\n# public key: ${recipient}\n${identity}\n`;
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw backupUnwritable(file, (error as NodeJS.ErrnoException).code ?? 'an error');
  }
  return { file, recipient };
}

/**
 * Gathers recipients: those given, else those of `BACKUP_RECIPIENTS`, separated by commas or spaces.
 *
 * @throws CodedError `MIGRATOR.RECIPIENT_INVALID`
 */
export function readRecipients(
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  const isGiven = given.length > 0;
  const keys = isGiven
    ? given
    : (environment['BACKUP_RECIPIENTS'] ?? '').split(/[\s,]+/).filter((it) => it !== '');
  for (const [place, key] of keys.entries()) {
    try {
      new Encrypter().addRecipient(key);
    } catch {
      // Not the text itself: somebody may have given the secret part.
      throw recipientInvalid(
        `${isGiven ? '--recipient' : 'BACKUP_RECIPIENTS'}, number ${place + 1},`,
      );
    }
  }
  return [...new Set(keys)];
}

/**
 * Reads the secret keys of files, or of the one that `BACKUP_IDENTITY_FILE` names.
 *
 * @throws CodedError `MIGRATOR.BACKUP_UNREADABLE`, `MIGRATOR.IDENTITY_INVALID`
 */
export function readIdentities(
  files: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  const fallback = environment['BACKUP_IDENTITY_FILE'] ?? '';
  const all = files.length > 0 || fallback === '' ? files : [fallback];
  return all.flatMap((file) => {
    const lines = readText(file)
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
    if (lines.length === 0 || !lines.every(isIdentity)) throw identityInvalid(file);
    return lines;
  });
}

function isIdentity(line: string): boolean {
  try {
    new Decrypter().addIdentity(line);
    return true;
  } catch {
    return false;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw backupUnreadable(file, (error as NodeJS.ErrnoException).code ?? 'an error');
  }
}
