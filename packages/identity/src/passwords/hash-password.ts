import { hash, verify } from '@node-rs/argon2';

/** Argon2id as OWASP's password storage sheet has it: 19 MiB, two passes, one lane. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const PREFIX = `$argon2id$v=19$m=${OPTIONS.memoryCost},t=${OPTIONS.timeCost},p=${OPTIONS.parallelism}$`;

let decoy: Promise<string> | undefined;

/** Hashes a password into a PHC string (Argon2id, RFC 9106). */
export async function hashPassword(password: string): Promise<string> {
  return await hash(password.normalize('NFKC'), OPTIONS);
}

/**
 * Checks a password. Without a hash it works as long and answers false, so that an address without
 * an account cannot be told by its time.
 */
export async function verifyPassword(phc: string | null, password: string): Promise<boolean> {
  decoy ??= hash('no account has this password', OPTIONS);
  const isRight = await verify(phc ?? (await decoy), password.normalize('NFKC')).catch(() => false);
  return phc !== null && isRight;
}

/** True for a hash made with weaker parameters than today's: it is replaced at the next log-in. */
export function isOutdatedHash(phc: string): boolean {
  return !phc.startsWith(PREFIX);
}
