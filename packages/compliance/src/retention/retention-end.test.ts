import { expect, it } from 'vitest';
import { endOfRetention, isOver, lastStart, longestEnd } from './retention-end.ts';

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const text = (date: Date) => date.toISOString().slice(0, 10);
const DAY_MS = 86_400_000;
const GUIDE = { days: 2555, years: null };

it.each([
  ['2019-03-01', GUIDE, '2026-03-01'],
  ['2020-02-29', GUIDE, '2027-03-01'],
  ['2020-02-29', { days: 1, years: 4 }, '2024-02-29'],
  ['2020-02-29', { days: 1, years: 1 }, '2021-03-01'],
  ['2019-12-31', { days: 30, years: null }, '2020-01-30'],
  ['2019-01-01', { days: 2192, years: 6 }, '2025-01-01'],
  // Two leap days: six years are 2192 days; three of them would be less than the days.
  ['2019-03-01', { days: 2193, years: 6 }, '2025-03-02'],
])('what began on %s under %j is kept until %s', (start, period, end) => {
  expect(text(endOfRetention(day(start), period))).toBe(end);
});

it('is never shorter than its days, nor than its years', () => {
  // Every day of nine years, with three leap days and the century that has none.
  for (let at = Date.UTC(2095, 0, 1); at < Date.UTC(2104, 2, 2); at += DAY_MS) {
    for (const years of [1, 4, 7, 30]) {
      const start = new Date(at);
      const end = endOfRetention(start, { days: years * 365, years: null });
      expect(end.getTime() - at).toBeGreaterThanOrEqual(years * 365 * DAY_MS);
      expect(end.getUTCFullYear() - start.getUTCFullYear()).toBeGreaterThanOrEqual(years);
    }
  }
});

it('a day is over once it is over in the last time zone, and not a moment before', () => {
  const end = day('2026-03-01');
  expect(isOver(end, new Date('2026-03-01T23:59:59.999Z'))).toBe(false);
  expect(isOver(end, new Date('2026-03-02T00:00:00Z'))).toBe(true);
  // What was written at the last moment of a day at UTC-12 was written at noon of the next in UTC.
  expect(isOver(day('2026-02-28'), new Date('2026-03-01T11:59:59-12:00'))).toBe(true);
});

it('the longest of several wins', () => {
  expect(text(longestEnd(day('2019-01-01'), [GUIDE, { days: 2192, years: 10 }]))).toBe(
    '2029-01-01',
  );
});

it.each([GUIDE, { days: 2192, years: 6 }, { days: 1, years: 4 }, { days: 30, years: null }])(
  'the last start is the last whose end is over, on every day of five years: %j',
  (period) => {
    for (let at = Date.UTC(2023, 11, 1); at < Date.UTC(2028, 11, 1); at += DAY_MS) {
      const now = new Date(at + 1);
      const last = lastStart(now, period);
      const next = new Date(last.getTime() + DAY_MS);
      expect(isOver(endOfRetention(last, period), now)).toBe(true);
      expect(isOver(endOfRetention(next, period), now)).toBe(false);
    }
  },
);
