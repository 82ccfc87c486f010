import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createClient } from '../src/index.ts';
import { createSchemaDatabase } from '../src/testing/index.ts';
import { runMigrator } from '../src/testing/schema-database.ts';
import { runGuideSeed } from './guide-seed.ts';

const MODELS = ['roles', 'permissions', 'data_retention_policies', 'security_configurations'];
const KEYS = ['OWNER', 'ADMIN', 'DOCTOR', 'PATIENT', 'READ_PHI', 'WRITE_PHI', 'DELETE_PHI'];
const NAMES = [...KEYS, 'MANAGE_USERS', 'AUDIT_LOGS', 'MEDICAL_RECORDS', 'default'];

/** The guide's rows, less what every insert makes anew: ids (but for the fixed one) and times. */
async function guideRows(url: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables: unknown[] = [];
    for (const table of MODELS) {
      const { rows } = await client.query<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) - 'created_at' - 'updated_at' as row from ${table} t`,
      );
      tables.push(
        rows
          .map(({ row }) => (row['id'] === 'default' ? row : { ...row, id: null }))
          .filter((row) => NAMES.includes(String(row['name'] ?? row['id'])))
          .sort((a, b) => String(a['name']).localeCompare(String(b['name']))),
      );
    }
    return tables;
  } finally {
    await client.end();
  }
}

async function emptyGuideTables(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const table of ['role_permissions', ...MODELS, 'migrator.seeded_rows']) {
    await client.query(`delete from ${table}`);
  }
  await client.end();
}

async function guideSeed(url: string): Promise<void> {
  const db = createClient({ url });
  await runGuideSeed(db);
  await db.$disconnect();
}

async function seed(url: string): Promise<{ inserted: number; updated: number; kept: string[] }> {
  return JSON.parse(await runMigrator(url, ['seed', '--json'])) as never;
}

describe('seed', () => {
  it('agrees with the guide’s script, whichever runs first', async () => {
    const database = await createSchemaDatabase();
    const ours = await guideRows(database.url);
    expect(ours.flat()).toHaveLength(NAMES.length);
    await guideSeed(database.url);
    expect(await guideRows(database.url)).toEqual(ours);
    await emptyGuideTables(database.url);
    await guideSeed(database.url);
    expect(await guideRows(database.url)).toEqual(ours);
    expect((await seed(database.url)).kept).toEqual([]);
    expect(await guideRows(database.url)).toEqual(ours);
    await database.drop();
  });

  it('changes nothing the second time, and keeps what people changed', async () => {
    const database = await createSchemaDatabase();
    expect(await seed(database.url)).toMatchObject({ inserted: 0, updated: 0, kept: [] });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`update roles set description = 'ours' where name = 'DOCTOR'`);
    expect(await seed(database.url)).toMatchObject({ inserted: 0, kept: ['Role DOCTOR'] });
    const { rows } = await client.query(`select description from roles where name = 'DOCTOR'`);
    expect(rows).toEqual([{ description: 'ours' }]);
    await client.end();
    await database.drop();
  });
});
