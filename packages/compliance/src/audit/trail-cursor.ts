import { z } from 'zod';
import { inputInvalid } from '../errors.ts';

/** A row of the trail, as the place where a page of it ends. */
export interface TrailPlace {
  readonly timestamp: Date;
  readonly id: string;
}

/** Writes the cursor of the rows that are older than one. */
export function writeCursor({ timestamp, id }: TrailPlace): string {
  return `${timestamp.toISOString()}~${id}`;
}

/**
 * Reads a cursor.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`
 */
export function readCursor(text: string): TrailPlace {
  const [at = '', id] = text.split('~');
  const parsed = z.object({ at: z.iso.datetime(), id: z.uuid() }).safeParse({ at, id });
  if (!parsed.success) throw inputInvalid('the cursor `after`', parsed.error);
  return { timestamp: new Date(at), id: parsed.data.id };
}
