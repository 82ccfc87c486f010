/** @module-tag slow */
import { afterEach, describe, expect, it } from 'vitest';
import pg from 'pg';
import { startServer } from '../../src/start-server.ts';
import {
  createTestDatabase,
  OTHER_MAJORS,
  startScratchServer,
  type ScratchServer,
} from '../../src/testing/index.ts';

const servers: ScratchServer[] = [];

afterEach(async () => {
  delete process.env['TEST_DATABASE_URL'];
  for (const server of servers.splice(0)) await server.destroy();
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe.each(OTHER_MAJORS)('PostgreSQL %i', (version) => {
  it('starts, restarts, and clones test databases', async () => {
    const server = await startScratchServer({ version });
    servers.push(server);
    const rows = await query(
      server.url(),
      `select current_setting('server_version_num')::int / 10000 as major,
              current_setting('password_encryption') as scram, current_setting('data_checksums') as sums`,
    );
    expect(rows).toEqual([{ major: version, scram: 'scram-sha-256', sums: 'on' }]);
    await server.stop();
    expect((await server.restart()).started).toBe(true);
    process.env['TEST_DATABASE_URL'] = server.url();
    const template = {
      key: 'items',
      async build(url: string) {
        await query(url, 'create extension pg_trgm');
        await query(url, 'create table item as select 7 as n');
      },
    };
    const database = await createTestDatabase({ template });
    expect(await query(database.url, 'select n from item')).toEqual([{ n: 7 }]);
    await database.drop();
  });

  it('is not started on by the installed version', async () => {
    const server = await startScratchServer({ version });
    servers.push(server);
    await server.stop();
    await expect(startServer({ dataDir: server.dataDir })).rejects.toMatchObject({
      code: 'POSTGRES.WRONG_MAJOR',
    });
  });
});
