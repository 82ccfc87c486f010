/** How the dates of one patient leave. */
export interface DateRelease {
  /** `days` moves them; `year` leaves the year alone; `whole` changes nothing. */
  readonly manner: { readonly days: number } | 'year' | 'whole';
  /** The last year in which somebody was born who may be over 89 now. */
  readonly oldestYear: number;
}

const DAY_MS = 86_400_000;
const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2}))?)?)?$/;

/** Stands for every date that may tell an age over 89 (45 CFR 164.514(b)(2)(i)(C)). */
const OVER_89 = '90+';

/**
 * Releases a date: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM` in UTC. One that is so long
 * ago that whoever it is about may be over 89 becomes `90+`; one that is moved and has no day becomes
 * its year. Null where it is no date.
 */
export function releaseDate(text: string, { manner, oldestYear }: DateRelease): string | null {
  const [, year, month, day, time] = DATE.exec(text) ?? [];
  if (year === undefined) return null;
  if (manner === 'whole') return text;
  if (Number(year) <= oldestYear) return OVER_89;
  if (manner === 'year' || month === undefined || day === undefined) return year;
  const at = Date.parse(`${year}-${month}-${day}T${time ?? '00:00'}Z`);
  if (Number.isNaN(at)) return null;
  const moved = new Date(at + manner.days * DAY_MS).toISOString();
  return moved.slice(0, time === undefined ? 10 : 16);
}
