import { describe, expect, it } from 'vitest';
import { entitlementsSchema } from './entitlements.schema.ts';

describe('entitlementsSchema', () => {
  it('reads a plan without entitlements as one that opens nothing', () => {
    expect(entitlementsSchema.parse({})).toEqual({ features: [], limits: {} });
  });

  it('tells no limit from a limit of nothing', () => {
    const { limits } = entitlementsSchema.parse({ limits: { users: null, patients: 0 } });
    expect(limits).toEqual({ users: null, patients: 0 });
  });

  it.each([
    ['a limit below zero', { limits: { users: -1 } }],
    ['a limit it does not know', { limits: { seats: 3 } }],
    ['a feature that is no code', { features: ['ai analysis'] }],
  ])('refuses %s', (_, entitlements) => {
    expect(entitlementsSchema.safeParse(entitlements).success).toBe(false);
  });
});
