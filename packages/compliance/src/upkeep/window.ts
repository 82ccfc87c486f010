/** How often upkeep is due. */
export type Period = 'weekly' | 'monthly' | 'quarterly' | 'annually';

/** Days of UTC, the last one included, as midnight. */
export interface Window {
  readonly first: Date;
  readonly last: Date;
}

const DAY_MS = 86_400_000;
const MONTHS = { monthly: 1, quarterly: 3, annually: 12 } as const;

/**
 * The week (from Monday, ISO 8601), month, quarter or year that a moment lies in, or one before.
 *
 * @param back how many before
 */
export function windowAt(period: Period, now: Date, back = 0): Window {
  const first = firstDay(period, now, -back);
  const next = firstDay(period, now, 1 - back);
  return { first, last: new Date(next.getTime() - DAY_MS) };
}

function firstDay(period: Period, now: Date, steps: number): Date {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  if (period === 'weekly') {
    const sinceMonday = (now.getUTCDay() + 6) % 7;
    return new Date(Date.UTC(year, month, day - sinceMonday + 7 * steps));
  }
  const length = MONTHS[period];
  return new Date(Date.UTC(year, Math.floor(month / length) * length + steps * length, 1));
}
