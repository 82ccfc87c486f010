/** How much of a date was given: the values of the `…Precision` columns. */
export type Precision = 'YEAR' | 'MONTH' | 'DAY' | 'SECOND' | 'MILLISECOND';

/** A date as the database keeps it: its first instant in UTC, and how much of it was given. */
export interface PreciseInstant {
  readonly at: Date;
  readonly precision: Precision;
}

const FORM =
  /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d))?)?)?$/;

/**
 * Reads a FHIR `dateTime`: `2026`, `2026-05`, `2026-05-17`, or an instant with its offset; null where
 * it is none, names a day that the calendar lacks, or a year before 1.
 */
export function parseFhirDate(text: string): PreciseInstant | null {
  const [whole, year = '', month, day, fraction] = FORM.exec(text) ?? [];
  if (whole === undefined || year === '0000') return null;
  const start = new Date(`${year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`);
  if (day !== undefined && start.getUTCDate() !== Number(day)) return null;
  if (whole.length > 10) {
    const at = new Date(text);
    return { at, precision: fraction === undefined ? 'SECOND' : 'MILLISECOND' };
  }
  return {
    at: start,
    precision: day !== undefined ? 'DAY' : month !== undefined ? 'MONTH' : 'YEAR',
  };
}

const LENGTH_OF = { YEAR: 4, MONTH: 7, DAY: 10 } as const;

/** Writes a FHIR `dateTime` of the precision that was given; null means it is exact by nature. */
export function formatFhirDate(at: Date, precision: string | null): string {
  const text = at.toISOString();
  if (precision === 'SECOND') return text.replace(/\.000Z$/, 'Z');
  return precision !== null && precision in LENGTH_OF
    ? text.slice(0, LENGTH_OF[precision as keyof typeof LENGTH_OF])
    : text;
}
