import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz/fuzz.ts';

describe('generated requests', () => {
  it('are answered as the document says, whatever they hold, and hang nobody', async () => {
    const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_124);
    expect(await fuzz({ injected: 120, wired: 30, seed })).toEqual([]);
  });
});
