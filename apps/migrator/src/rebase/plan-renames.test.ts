import { describe, expect, it } from 'vitest';
import { planRenames } from './plan-renames.ts';

describe('planRenames', () => {
  it('leaves alone what comes last already', () => {
    expect(planRenames(['20260102000000_a'], ['20260101000000_b'])).toEqual([]);
    expect(planRenames([], ['20260101000000_b'])).toEqual([]);
    expect(planRenames(['20260101000000_a'], [])).toEqual([]);
  });

  it('puts all of ours after all of theirs, in their order, over the end of a year', () => {
    expect(
      planRenames(
        ['20260101000000_a', '20261231235958_b', '20250101000000_c'],
        ['20260102000000_x', '20261231235959_y'],
      ),
    ).toEqual([
      { from: '20250101000000_c', to: '20270101000000_c' },
      { from: '20260101000000_a', to: '20270101000001_a' },
      { from: '20261231235958_b', to: '20270101000002_b' },
    ]);
  });

  it('goes on after a second that no clock shows, and gives odd names a timestamp', () => {
    expect(planRenames(['0001_a', '2'], ['20260101000060_x'])).toEqual([
      { from: '0001_a', to: '20260101000101_a' },
      { from: '2', to: '20260101000102_migration' },
    ]);
  });

  it('refuses where no timestamp can come last', () => {
    expect(() => planRenames(['20260101000000_a'], ['zzz'])).toThrow(
      expect.objectContaining({ code: 'MIGRATOR.REBASE_REFUSED' }),
    );
  });
});
