/** @module-tag slow */
import { expect, it } from 'vitest';
import { fuzz } from '../fuzz/fuzz.ts';

const injected = Number(process.env['FUZZ_REQUESTS'] ?? 20_000);

it(`${injected} generated requests are answered as the document says, and 5,000 connections too`, async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? 4_711);
  expect(await fuzz({ injected, wired: 5_000, seed })).toEqual([]);
});
