import { describe, expect, it } from 'vitest';
import type { HeldContract } from './held-contracts.ts';
import { findNeedy } from './needs-contract.ts';

const held: HeldContract = {
  ...{ migration: '2_contract', release: '1' },
  columns: [{ table: 'Odd; "items"', column: 'no.te' }],
};
const needy = async (sql: string, name = '3_next') =>
  (await findNeedy([{ name, sql, sealed: true }], [held]))?.migration ?? null;

describe('a migration after a contract that is held', () => {
  it.each([
    'ALTER TABLE "Odd; ""items""" ADD COLUMN "no.te" int;',
    'SELECT 1; UPDATE "Odd; ""items""" SET "no.te" = 1;',
    'ALTER TABLE "Odd; ""items""" RENAME TO goods;',
    'DROP TABLE "Odd; ""items""";',
    'ALTER TABLE "Odd; ""items""" SET SCHEMA other;',
    `DO $$ BEGIN EXECUTE 'alter table "Odd; ""items""" add "no.te" int'; END $$;`,
    'NO SQL BUT "no.te"',
  ])('waits for it: %s', async (sql) => {
    expect(await needy(sql)).toBe('3_next');
  });

  it.each([
    'ALTER TABLE "Odd; ""items""" ADD COLUMN size int;',
    'ALTER TABLE "Odd; ""items""" RENAME COLUMN size TO width;',
    'ALTER TABLE others ADD COLUMN "no.te" int; ALTER TABLE "Odd; ""items""" ADD other int;',
    'DROP TABLE others;',
  ])('need not: %s', async (sql) => {
    expect(await needy(sql)).toBeNull();
  });

  it('is not one that stands before it', async () => {
    expect(await needy('DROP TABLE "Odd; ""items""";', '1_first')).toBeNull();
  });
});
