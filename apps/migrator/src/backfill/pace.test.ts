import { describe, expect, it } from 'vitest';
import { firstSize, nextSize, restAfter } from './pace.ts';

const free = { batch: 10_000, rate: null };

describe('the pace of batches', () => {
  it('begins small, and never exceeds what is told', () => {
    expect(firstSize(free)).toBe(1_000);
    expect(firstSize({ batch: 10, rate: null })).toBe(10);
    expect(firstSize({ batch: 10_000, rate: 50 })).toBe(50);
    expect(nextSize({ batch: 10_000, rate: 50 }, 50, 1)).toBe(50);
  });

  it('goes towards half a second by at most twice or half', () => {
    expect(nextSize(free, 1_000, 1)).toBe(2_000);
    expect(nextSize(free, 8_000, 1)).toBe(10_000);
    expect(nextSize(free, 1_000, 500)).toBe(1_000);
    expect(nextSize(free, 1_000, 60_000)).toBe(500);
    expect(nextSize(free, 1, 60_000)).toBe(1);
  });

  it('rests for what the rate leaves over', () => {
    expect(restAfter(free, 1_000, 5)).toBe(0);
    expect(restAfter({ batch: 100, rate: 50 }, 50, 400)).toBe(600);
    expect(restAfter({ batch: 100, rate: 50 }, 50, 4_000)).toBe(0);
  });
});
