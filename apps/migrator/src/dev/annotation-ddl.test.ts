import { describe, expect, it } from 'vitest';
import { withoutGeneratedDefaults } from './annotation-ddl.ts';

const doubled = { table: 'items', column: 'doubled', definition: '' };
const clean = (sql: string) => withoutGeneratedDefaults(sql, [doubled]);

describe('withoutGeneratedDefaults', () => {
  it('takes a lone action out with its statement', () => {
    expect(
      clean('ALTER TABLE "public"."items" ALTER COLUMN "doubled" SET DEFAULT (price * 2);'),
    ).toBe('');
  });

  it('keeps the other actions of a statement', () => {
    expect(
      clean(
        'ALTER TABLE "items" ADD COLUMN "note" TEXT,\nALTER COLUMN "doubled" DROP DEFAULT,\nDROP COLUMN "old";',
      ),
    ).toBe('ALTER TABLE "items" ADD COLUMN "note" TEXT,\nDROP COLUMN "old";');
  });

  it('leaves a column of a new table plain, and those of others alone', () => {
    const table = (line: string) =>
      `CREATE TABLE "items" (\n    "id" UUID NOT NULL,\n    ${line},\n    "price" INTEGER NOT NULL DEFAULT 0\n);`;
    expect(clean(table('"doubled" INTEGER NOT NULL DEFAULT (price * 2)'))).toBe(
      table('"doubled" INTEGER NOT NULL'),
    );
    const other = 'ALTER TABLE "goods" ALTER COLUMN "doubled" SET DEFAULT 2;';
    expect(clean(other)).toBe(other);
  });
});
