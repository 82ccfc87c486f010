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
export function formatFhirDate(at: Date | string, precision: string | null): string {
  const text = instantText(at);
  if (precision === 'SECOND') return text.replace(/\.000Z$/, 'Z');
  return precision !== null && precision in LENGTH_OF
    ? text.slice(0, LENGTH_OF[precision as keyof typeof LENGTH_OF])
    : text;
}

/** As PostgreSQL writes a `timestamptz` in JSON, in a session of UTC. */
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?\+00:00$/;
const [SECONDS, OFFSET] = ['2026-05-17T10:00:00'.length, '+00:00'.length];

/** Writes an instant in UTC with milliseconds. Nearly all come so, and are only cut. */
export function instantText(at: Date | string): string {
  if (typeof at !== 'string' || !UTC.test(at)) return new Date(at).toISOString();
  const fraction = at.slice(SECONDS + 1, -OFFSET);
  return `${at.slice(0, SECONDS)}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Writes a day: `2026-05-17`. */
export function dayText(at: Date | string): string {
  return typeof at === 'string' && DAY.test(at) ? at : instantText(at).slice(0, 10);
}
