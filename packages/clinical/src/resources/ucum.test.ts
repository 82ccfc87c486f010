import { describe, expect, it, vi } from 'vitest';
import { isUcumUnit } from './ucum.ts';

describe('a unit', () => {
  it.each(['mg', 'mm[Hg]', '10*3/uL', '%', '1', 'kg/m2'])('of UCUM is known: %s', async (unit) => {
    expect(await isUcumUnit(unit)).toBe(true);
  });

  it('that is none is refused, and the console does not hear of it', async () => {
    const heard = vi.spyOn(console, 'log');
    const odd = [
      'm g',
      'furlong',
      '$$!R `<z _PQ): ,&=LAsI;',
      '(((((((',
      'm'.repeat(500),
      '',
      '\0',
      '𝒳',
    ];
    for (const unit of odd) expect(await isUcumUnit(unit)).toBe(false);
    expect(heard).not.toHaveBeenCalled();
    heard.mockRestore();
  });
});
