import { describe, expect, it } from 'vitest';
import { sourceAttributesSchema } from './source-attributes.schema.ts';

const empty = Object.fromEntries(
  Object.entries(sourceAttributesSchema.shape).map(([group, schema]) => [
    group,
    Object.fromEntries(Object.keys(schema.shape).map((name) => [name, null])),
  ]),
);

describe('sourceAttributesSchema', () => {
  it('holds the 31 attributes of the rule in nine groups', () => {
    const groups = Object.values(sourceAttributesSchema.shape);
    expect(groups).toHaveLength(9);
    expect(groups.flatMap((group) => Object.keys(group.shape))).toHaveLength(31);
  });

  it('accepts attributes that the developer did not give, if that is said', () => {
    expect(sourceAttributesSchema.safeParse(empty).success).toBe(true);
  });

  it('refuses a group left out and a key of its own', () => {
    const { purpose, ...rest } = empty;
    expect(sourceAttributesSchema.safeParse(rest).success).toBe(false);
    expect(
      sourceAttributesSchema.safeParse({ ...rest, purpose: { ...purpose, motto: 'fast' } }).success,
    ).toBe(false);
  });
});
