import { z } from 'zod';
import { periodInvalid } from '../errors.ts';
import { parseFhirDate } from './fhir-date.ts';

/** A FHIR `code`: no space at its ends, none doubled. */
export const code = z
  .string()
  .max(100)
  .regex(/^\S+( \S+)*$/);

/** A URI that names a code system or a name space. */
export const uri = z
  .string()
  .max(500)
  .regex(/^[a-z][a-z0-9+.-]*:\S+$/);

/** A text of at most this many characters, trimmed. */
export const text = (length: number) => z.string().trim().min(1).max(length);

/** A FHIR `dateTime` of any precision. */
export const fhirDate = z
  .string()
  .max(40)
  .refine((value) => parseFhirDate(value) !== null, { message: 'not a FHIR dateTime' })
  .meta({
    description: 'FHIR dateTime: `2026`, `2026-05`, `2026-05-17` or an instant with offset.',
  });

/** A FHIR `instant`, exact. */
export const instant = z.iso.datetime({ offset: true });

/** A day of the calendar, ISO 8601. */
export const day = z.iso.date();

const DECIMAL = /^-?(0|[1-9]\d{0,15})(\.\d{1,12})?$/;

/** A measured value as text, as it was written: 7.00 stays 7.00. */
export const measuredValue = z
  .string()
  .regex(DECIMAL)
  .meta({ description: 'A decimal as text; its zeros are kept as they were written.' });

/** A decimal as text. */
export const decimal = z
  .string()
  .regex(DECIMAL)
  .meta({ description: 'A decimal as text, such as `0.5`.' });

/** A decimal that is not below zero, as text. */
export const amount = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})(\.\d{1,12})?$/)
  .meta({ description: 'A decimal as text, not below zero.' });

/** At most 50 different codes. */
export const codes = z
  .array(code)
  .max(50)
  .refine((list) => new Set(list).size === list.length, { message: 'a code comes twice' });

/** A language, BCP 47. */
export const language = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/);

/** Id of a row. */
export const id = z.uuid();

/**
 * Reads a period that begins now unless told.
 *
 * @throws CodedError `CLINICAL.PERIOD_INVALID`
 */
export function readPeriod(
  {
    validFrom,
    validTo,
  }: { readonly validFrom?: string | undefined; readonly validTo?: string | null | undefined },
  now: Date,
): { readonly validFrom: Date; readonly validTo: Date | null } {
  const from = validFrom === undefined ? now : new Date(validFrom);
  const to = validTo === undefined || validTo === null ? null : new Date(validTo);
  if (to !== null && to <= from) throw periodInvalid();
  return { validFrom: from, validTo: to };
}
