import { describe, expect, it } from 'vitest';
import { citationsSchema, inputRefsSchema } from './citations.schema.ts';

const id = '01920000-0000-7000-8000-000000000001';

describe('citationsSchema', () => {
  it('accepts a span of a page and a version of a row', () => {
    const citations = [
      { model: 'Document', id, page: 2, start: 10, end: 42, marker: 1 },
      { model: 'PatientObservation', id, version: 3 },
    ];
    expect(citationsSchema.parse(citations)).toEqual(citations);
  });

  it.each([
    ['quoted text, which would be content', { model: 'Document', id, quote: 'HbA1c 9.1 %' }],
    ['half a span', { model: 'Document', id, start: 10 }],
    ['a span that ends before it starts', { model: 'Document', id, start: 10, end: 3 }],
    ['a reference that is no id', { model: 'Document', id: 'Ann Smith' }],
  ])('refuses %s', (_, citation) => {
    expect(citationsSchema.safeParse([citation]).success).toBe(false);
  });
});

describe('inputRefsSchema', () => {
  it('stops at 2,000 rows, which stay within the column', () => {
    const reference = { model: 'M'.repeat(63), id, version: 999_999 };
    const most = Array.from({ length: 2000 }, () => reference);
    expect(inputRefsSchema.safeParse(most).success).toBe(true);
    expect(inputRefsSchema.safeParse([...most, reference]).success).toBe(false);
    // PostgreSQL prints a space behind each comma and colon.
    expect(JSON.stringify(most).length + 2000 * 6).toBeLessThanOrEqual(524_288);
  });
});
