import { z } from 'zod';

/** Years an incident or a notice of it can be in: others are slips of the pen. */
function isInTime(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  return year >= 1900 && year < 2200;
}

/** An instant with its offset. */
export const instant = z.iso
  .datetime({ offset: true })
  .refine(isInTime, { message: 'from 1900 to 2199' });

/** A day of the calendar. */
export const day = z.iso.date().refine(isInTime, { message: 'from 1900 to 2199' });
