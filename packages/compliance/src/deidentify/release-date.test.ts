import { expect, it } from 'vitest';
import { releaseDate } from './release-date.ts';

const oldestYear = 1936;
const year = { manner: 'year', oldestYear } as const;
const moved = (days: number) => ({ manner: { days }, oldestYear });

it('leaves the year of a date', () => {
  expect(releaseDate('1987-03-14', year)).toBe('1987');
  expect(releaseDate('2026-01-01T00:30', year)).toBe('2026');
  expect(releaseDate('1937', year)).toBe('1937');
});

it('tells no year of somebody who may be over 89', () => {
  for (const date of ['1936-12-31', '1936', '1899-05', '0001-01-01']) {
    expect(releaseDate(date, year)).toBe('90+');
    expect(releaseDate(date, moved(365))).toBe('90+');
  }
});

it('moves a date by days, over leap days and years, and keeps the time of day', () => {
  expect(releaseDate('2024-02-28', moved(1))).toBe('2024-02-29');
  expect(releaseDate('2023-12-31T23:59', moved(1))).toBe('2024-01-01T23:59');
  expect(releaseDate('2024-03-01', moved(-1))).toBe('2024-02-29');
});

it('leaves the year alone of a date without a day that should be moved', () => {
  expect(releaseDate('1987-03', moved(5))).toBe('1987');
});

it('drops what is no date', () => {
  for (const text of ['', 'about 1987', '10000-01-01', '1987-03-14 (Tuesday)', '1987-13-41']) {
    expect(releaseDate(text, moved(1))).toBeNull();
  }
});
