import { createHash } from 'node:crypto';

const LONGEST = 63;
const HASH = 8;

/** A name of at most 63 bytes for something that belongs to what is named; equal for equal input. */
export function derivedName(parts: readonly string[], ending: string): string {
  const whole = `${parts.join('_')}_${ending}`;
  if (Buffer.byteLength(whole) <= LONGEST) return whole;
  const hash = createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, HASH);
  const rest = `_${hash}_${ending}`;
  let head = parts.join('_');
  while (Buffer.byteLength(head + rest) > LONGEST) head = [...head].slice(0, -1).join('');
  return head + rest;
}
