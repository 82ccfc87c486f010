import { describe, expect, it } from 'vitest';
import { createStatementNames } from './statement-names.ts';

describe('names of statements', () => {
  it('are the same for the same text, and others for others', () => {
    const nameOf = createStatementNames();
    const name = nameOf({ sql: 'select 1' });
    expect(name).toMatch(/^s[0-9a-f]{20}$/);
    expect(nameOf({ sql: 'select 1' })).toBe(name);
    expect(nameOf({ sql: 'select 2' })).not.toBe(name);
    expect(createStatementNames()({ sql: 'select 1' })).toBe(name);
  });

  it('end after the first 500, so that a connection keeps a bounded number', () => {
    const nameOf = createStatementNames();
    const names = Array.from({ length: 600 }, (_, n) => nameOf({ sql: `select ${n}` }));
    expect(names.filter((name) => name !== undefined)).toHaveLength(500);
    expect(nameOf({ sql: 'select 0' })).toBe(names[0]);
    expect(nameOf({ sql: 'select 599' })).toBeUndefined();
  });
});
