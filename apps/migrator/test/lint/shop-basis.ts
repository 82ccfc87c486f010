import { readFileSync } from 'node:fs';
import { createTestDatabase } from '@holovitals/postgres/testing';
import pg from 'pg';
import type { LintBasis } from '../../src/lint/lint-basis.ts';
import { basisOf } from '../../src/lint/lint-basis.ts';
import { RULES } from '../../src/lint/rules.ts';
import { readStatistics } from '../../src/statistics/read-statistics.ts';

/** What the shop's files of `sql/` make. */
const OBJECTS = new Set(['cheapest', 'stamp_row', 'late_orders']);

const NO_FACTS = {
  tables: new Set<string>(),
  protectedTables: new Set<string>(),
  immutableTables: new Set<string>(),
  securedTables: new Set<string>(),
  classificationOf: () => undefined,
};

/**
 * Makes the shop's database, and answers what opens a basis of it: a new one for each script, with
 * no sizes, so that every table counts as large.
 */
export async function openShopBasis(): Promise<() => LintBasis> {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(readFileSync(new URL('shop.sql', import.meta.url), 'utf8'));
    const statistics = await readStatistics(client, new Date());
    const known = { objects: OBJECTS, facts: NO_FACTS, rules: RULES };
    return () => basisOf(known, { ...statistics, tables: [] });
  } finally {
    await client.end();
    await database.drop();
  }
}
