import { createHash } from 'node:crypto';

/** The SHA-256 of a text as UTF-8, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/**
 * Tells whether a recorded checksum is that of a script: as it is, or with its line endings
 * exchanged, since Prisma too forgives what version control does to them.
 */
export function matchesChecksum(script: string, recorded: string): boolean {
  const unix = script.replaceAll('\r\n', '\n');
  return [script, unix, unix.replaceAll('\n', '\r\n')].some((form) => sha256(form) === recorded);
}
