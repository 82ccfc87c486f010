import { describe, expect, it } from 'vitest';
import { rewrapProgressSchema } from './rewrap-progress.schema.ts';

const cursor = '01920000-0000-7000-8000-000000000001';

describe('rewrapProgressSchema', () => {
  it('accepts progress by table', () => {
    const progress = {
      users: { cursor, done: 3, total: 10 },
      api_keys: { cursor: null, done: 0, total: 0 },
    };
    expect(rewrapProgressSchema.parse(progress)).toEqual(progress);
  });

  it.each([
    ['more done than there is', { users: { cursor, done: 11, total: 10 } }],
    ['a name that is no table', { 'users; --': { cursor, done: 1, total: 10 } }],
    ['a cursor that is no id', { users: { cursor: 'Ann', done: 1, total: 10 } }],
  ])('refuses %s', (_, progress) => {
    expect(rewrapProgressSchema.safeParse(progress).success).toBe(false);
  });
});
