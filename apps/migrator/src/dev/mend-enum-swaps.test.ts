import { expect, it } from 'vitest';
import { mendEnumSwaps } from './mend-enum-swaps.ts';
import type { SchemaCatalog } from './schema-catalog.ts';

const column = { type: 'form', notNull: false, hasDefault: false, definition: 'form' };
const from: SchemaCatalog = {
  ...{ constraints: new Map(), indexes: new Map(), generated: new Map() },
  columns: new Map([['keep.form', { ...column, table: 'keep', column: 'form' }]]),
  enumValues: new Set(['form.A', 'form.B']),
  enums: new Map([['form', ['A', 'B']]]),
  tables: new Map([['keep', false]]),
  ...{ partitions: new Map(), rowSecurity: new Set(), extensions: new Set() },
};

it('leaves columns alone that are not there yet, and drops the old type last', async () => {
  const script = `CREATE TYPE "form_new" AS ENUM ('A');
ALTER TABLE "keep" ALTER COLUMN "form" TYPE "form_new" USING ("form"::text::"form_new");
ALTER TABLE "come" ALTER COLUMN "form" TYPE "form_new" USING ("form"::text::"form_new");
ALTER TYPE "form" RENAME TO "form_old";
ALTER TYPE "form_new" RENAME TO "form";
DROP TYPE "public"."form_old";

-- DropTable
DROP TABLE "gone";

-- CreateTable
CREATE TABLE "come" ("form" "form");`;
  const mended = await mendEnumSwaps(script, from);
  expect(mended).not.toContain('ALTER TABLE "come"');
  expect(mended).toContain('ALTER TABLE "keep" ALTER COLUMN "form" TYPE');
  expect(mended).toMatch(/DROP TYPE "public"."form_old";$/);
});

it('leaves every other script as it is', async () => {
  const script = '-- AlterEnum\nALTER TYPE "form" ADD VALUE \'C\';';
  expect(await mendEnumSwaps(script, from)).toBe(script);
});
