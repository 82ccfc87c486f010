import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createTestDatabase } from './test-database.ts';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('createTestDatabase', () => {
  it('gives an empty database whose owner is no superuser', async () => {
    const database = await createTestDatabase();
    const rows = await query(
      database.url,
      'select rolsuper, rolbypassrls from pg_roles where rolname = current_user',
    );
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false }]);
    await database.drop();
  });

  it('builds a template once and clones it', async () => {
    let builds = 0;
    const template = {
      key: randomUUID(),
      async build(url: string) {
        builds += 1;
        await query(url, 'create table item as select 7 as n');
      },
    };
    const clones = await Promise.all([1, 2, 3].map(() => createTestDatabase({ template })));
    for (const clone of clones)
      expect(await query(clone.url, 'select n from item')).toEqual([{ n: 7 }]);
    expect(builds).toBe(1);
    await Promise.all(clones.map((clone) => clone.drop()));
  });

  it('leaves no template behind when building it fails', async () => {
    const template = { key: randomUUID(), build: () => Promise.reject(new Error('no')) };
    await expect(createTestDatabase({ template })).rejects.toThrow('no');
  });
});
