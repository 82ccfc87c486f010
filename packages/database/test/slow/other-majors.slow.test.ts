/** @module-tag slow */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { OTHER_MAJORS, startScratchServer, type ScratchServer } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchemaDatabase, type SchemaDatabase } from '../../src/testing/index.ts';
import { runMigrator } from '../../src/testing/schema-database.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../../', import.meta.url));

describe.each(OTHER_MAJORS)('the whole schema on PostgreSQL %i', (version) => {
  let server: ScratchServer;
  let database: SchemaDatabase;

  beforeAll(async () => {
    server = await startScratchServer({ version });
    process.env['TEST_DATABASE_URL'] = server.url();
    database = await createSchemaDatabase();
  });

  afterAll(async () => {
    await database.drop();
    delete process.env['TEST_DATABASE_URL'];
    await server.destroy();
  });

  async function migrator(...args: string[]): Promise<unknown> {
    return JSON.parse(await runMigrator(database.url, [...args, '--json']));
  }

  async function prisma(...args: string[]): Promise<string> {
    const env = { ...process.env, DATABASE_URL: database.url };
    const bin = path.join(root, 'node_modules/.bin/prisma');
    const { stdout, stderr } = await run(bin, args, { cwd: root, env });
    return stdout + stderr;
  }

  it('agrees with the manifest, object by object', async () => {
    expect(await migrator('status')).toMatchObject({ upToDate: true });
    expect(await migrator('verify')).toMatchObject({
      differences: [],
      counts: { models: 92, tables: 92, enums: 45 },
    });
  });

  it('agrees with Prisma', async () => {
    expect(await prisma('migrate', 'status')).toContain('up to date');
    const schema = 'packages/database/prisma/schema.prisma';
    const diff = ['migrate', 'diff', '--from-config-datasource', '--exit-code'];
    expect(await prisma(...diff, '--to-schema', schema)).toContain('No difference');
  });

  it('is seeded whole, and once', async () => {
    expect(await migrator('seed')).toMatchObject({ inserted: 0, updated: 0, kept: [] });
  });

  it('closes its rows and its audit trail to the application', async () => {
    const client = new pg.Client({ connectionString: database.appUrl });
    await client.connect();
    try {
      expect((await client.query('select id from patients')).rows).toEqual([]);
      await expect(client.query('delete from audit_logs')).rejects.toMatchObject({ code: '42501' });
      await expect(
        client.query('select ensure_audit_partitions(current_date, 1)'),
      ).rejects.toMatchObject({ code: '42501' });
      await expect(
        client.query('select * from audit_partitions.audit_logs_default'),
      ).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.end();
    }
  });
});
