import { describe, expect, it } from 'vitest';
import { judgeClock } from './clock-check.ts';

describe('judgeClock', () => {
  it('forgives what may be the round trip', () => {
    expect(judgeClock(2_900, 2_000).state).toBe('ok');
    expect(judgeClock(2_900, 20).state).toBe('warning');
  });

  it('tells which clock is ahead', () => {
    expect(judgeClock(-90_000, 20)).toMatchObject({
      state: 'critical',
      what: "The server's clock is 90.0 s behind this host's.",
    });
    expect(judgeClock(5_000, 20).what).toContain('5.0 s ahead of');
  });
});
