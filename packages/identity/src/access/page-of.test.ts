import { describe, expect, it } from 'vitest';
import { pageOf } from './page-of.ts';

const rows = ['A', 'B', 'C'].map((name) => ({ name }));

describe('pageOf', () => {
  it('names the last row of a page that has a successor', () => {
    expect(pageOf(rows, 2)).toEqual({ items: [{ name: 'A' }, { name: 'B' }], next: 'B' });
  });

  it('ends on a page that is exactly full', () => {
    expect(pageOf(rows, 3)).toEqual({ items: rows, next: null });
  });

  it('ends on an empty page', () => {
    expect(pageOf([], 2)).toEqual({ items: [], next: null });
  });
});
