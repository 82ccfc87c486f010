import { expect, it } from 'vitest';
import { windowAt } from './window.ts';

const days = (...[period, now, back]: [Parameters<typeof windowAt>[0], string, number]) => {
  const { first, last } = windowAt(period, new Date(now), back);
  return [first, last].map((day) => day.toISOString().slice(0, 10));
};

it.each([
  ['weekly', '2026-03-01T23:59:59Z', 0, ['2026-02-23', '2026-03-01']],
  ['weekly', '2026-03-02T00:00:00Z', 0, ['2026-03-02', '2026-03-08']],
  ['weekly', '2024-03-04T00:00:00Z', 1, ['2024-02-26', '2024-03-03']],
  ['monthly', '2024-03-31T12:00:00Z', 1, ['2024-02-01', '2024-02-29']],
  ['monthly', '2026-01-01T00:00:00Z', 1, ['2025-12-01', '2025-12-31']],
  ['quarterly', '2026-05-15T00:00:00Z', 1, ['2026-01-01', '2026-03-31']],
  ['annually', '2026-12-31T23:59:59Z', 0, ['2026-01-01', '2026-12-31']],
] as const)('%s at %s, %i before: %j', (period, now, back, expected) => {
  expect(days(period, now, back)).toEqual(expected);
});
