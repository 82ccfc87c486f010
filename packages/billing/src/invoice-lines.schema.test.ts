import { describe, expect, it } from 'vitest';
import { invoiceLinesSchema } from './invoice-lines.schema.ts';

const line = { kind: 'TOKENS', code: 'PACK_1000', quantity: 2, unitCents: 500, amountCents: 1000 };

describe('invoiceLinesSchema', () => {
  it('accepts a line whose amount adds up', () => {
    expect(invoiceLinesSchema.parse([line])).toEqual([line]);
  });

  it('accepts a discount below zero', () => {
    const discount = { ...line, kind: 'DISCOUNT', quantity: 1, unitCents: -100, amountCents: -100 };
    expect(invoiceLinesSchema.safeParse([discount]).success).toBe(true);
  });

  it.each([
    ['an amount that does not add up', { amountCents: 999 }],
    ['tokens that cost less than nothing', { unitCents: -500, amountCents: -1000 }],
    ['a description, where care could be told', { description: 'visit of 3 May' }],
    ['a code of free text', { code: 'HIV test' }],
    ['a day that does not exist', { periodStart: '2026-02-30' }],
  ])('refuses %s', (_, change) => {
    expect(invoiceLinesSchema.safeParse([{ ...line, ...change }]).success).toBe(false);
  });
});
