const DAY_MS = 86_400_000;
const DAYS_OF_YEAR = 365;

/** How long a row is kept: the later of both counts. */
export interface RetentionPeriod {
  readonly days: number;
  /** Calendar years; null where none are said. */
  readonly years: number | null;
}

/**
 * The last day on which a row is kept that began on a day. Days that are whole years of 365 days
 * mean calendar years too: 2555 days are one or two short of seven. A year after 29 February ends
 * on 1 March.
 *
 * @param start a day, as midnight in UTC
 */
export function endOfRetention(start: Date, { days, years }: RetentionPeriod): Date {
  const whole = years ?? (days % DAYS_OF_YEAR === 0 ? days / DAYS_OF_YEAR : 0);
  const byDays = start.getTime() + days * DAY_MS;
  const byYears = Date.UTC(start.getUTCFullYear() + whole, start.getUTCMonth(), start.getUTCDate());
  return new Date(Math.max(byDays, byYears));
}

/** Whether a day is over everywhere: a day of UTC later, it is over in every time zone. */
export function isOver(day: Date, now: Date): boolean {
  return now.getTime() >= day.getTime() + DAY_MS;
}

/**
 * The last day from which a row may have begun for its retention to be over by now; the opposite of
 * {@link endOfRetention}.
 */
export function lastStart(now: Date, period: RetentionPeriod): Date {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  let start = new Date(today - period.days * DAY_MS);
  while (!isOver(endOfRetention(start, period), now)) start = new Date(start.getTime() - DAY_MS);
  return start;
}

/** The period that is the longest from a day on. */
export function longestEnd(start: Date, periods: readonly RetentionPeriod[]): Date {
  return new Date(Math.max(...periods.map((period) => endOfRetention(start, period).getTime())));
}
