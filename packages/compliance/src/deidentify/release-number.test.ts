import { expect, it } from 'vitest';
import { releaseAge, releaseMeasure } from './release-number.ts';

it('keeps a measurement, and no longer number', () => {
  expect(['7.00', '98.6', '0.012', '1042', '-3', '250000'].map(releaseMeasure)).toEqual([
    7, 98.6, 0.012, 1042, -3, 250000,
  ]);
  expect(['12345', '123456789', '5551234567', '0.918273645'].map(releaseMeasure)).toEqual([
    12350, 123500000, 5551000000, 0.9183,
  ]);
});

it('drops what is no number', () => {
  expect(['', ' ', 'NaN', 'Infinity', '1e999', '7 mg'].map(releaseMeasure)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
});

it('makes every age over 89 one', () => {
  expect(['89', '89.01', '90', '117', '0.5'].map(releaseAge)).toEqual([89, 90, 90, 90, 0.5]);
});
