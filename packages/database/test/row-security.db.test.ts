import { readFileSync } from 'node:fs';
import type { ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchemaDatabase, type SchemaDatabase } from '../src/testing/index.ts';
import { schemaManifestPath } from '../src/paths.ts';

const manifest = JSON.parse(readFileSync(schemaManifestPath, 'utf8')) as SchemaManifest;
const guarded = manifest.models.filter(({ rowSecurity }) => rowSecurity);
const enums = new Map(manifest.enums.map((each) => [each.databaseName, each.values]));
/** The patient, and the account, that every row names. */
const PATIENT = '018f0000-0000-7000-8000-0000000000f1';
const ACCOUNT = '018f0000-0000-7000-8000-0000000000f2';

let database: SchemaDatabase;
let owner: pg.Client;
let app: pg.Client;

beforeAll(async () => {
  database = await createSchemaDatabase();
  owner = new pg.Client({ connectionString: database.url });
  app = new pg.Client({ connectionString: database.appUrl });
  await Promise.all([owner.connect(), app.connect()]);
  await openToAnyRow();
  for (const model of guarded) await owner.query(insertOf(model));
});

afterAll(async () => {
  await Promise.all([owner.end(), app.end()]);
  await database.drop();
});

/** Drops what would refuse rows of plain values; row security does not hang on it. */
async function openToAnyRow(): Promise<void> {
  const { rows } = await owner.query<{ sql: string }>(`
    select format('alter table %s drop constraint %I cascade', conrelid::regclass, conname) as sql
    from pg_constraint where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'x')
      and conparentid = 0 and coninhcount = 0
    union all
    select format('alter table %s disable trigger user', oid::regclass)
    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`);
  for (const { sql } of rows) await owner.query(sql);
}

/** One row that names the patient and the account wherever a row can name them. */
function insertOf(model: ManifestModel): string {
  const fields = model.fields.filter(
    ({ column, optional, generated, default: value }) =>
      generated === null &&
      (['patient_id', 'user_id'].includes(column) ||
        (!optional && value === null) ||
        column === 'id'),
  );
  const values = fields.map(({ column, databaseType, kind, list }) => {
    if (column === 'patient_id' || (column === 'id' && model.table === 'patients'))
      return quote(PATIENT);
    if (column === 'user_id') return quote(ACCOUNT);
    if (list) return `'{}'`;
    if (kind === 'enum') return quote(enums.get(databaseType)?.at(-1)?.databaseName ?? '');
    return quote(plainValue(databaseType));
  });
  const columns = fields.map(({ column }) => `"${column}"`);
  return `insert into ${model.table} (${columns.join(', ')}) values (${values.join(', ')})`;
}

function plainValue(type: string): string {
  if (type === 'uuid') return crypto.randomUUID();
  if (type === 'boolean') return 'false';
  if (type === 'jsonb') return '{}';
  if (type.startsWith('timestamptz') || type === 'date') return '2026-01-01';
  return '1';
}

const quote = (value: string) => `'${value.replaceAll("'", "''")}'`;

async function countOf(client: pg.Client, table: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return rows[0]?.n ?? -1;
}

const sqlStateOf = async (client: pg.Client, sql: string) => {
  try {
    const { rowCount } = await client.query(sql);
    return rowCount === 0 ? 'no row' : 'done';
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('row security', () => {
  it('is on for every table with patient data, and for none that is not tried below', async () => {
    const { rows } = await owner.query<{ relname: string }>(`
      select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace`);
    const tables = rows.map(({ relname }) => relname);
    expect(tables.sort()).toEqual(guarded.map(({ table }) => table).sort());
    expect(guarded.length).toBeGreaterThan(40);
  });

  it.each(guarded.map(({ table }) => [table]))(
    '%s: without an identity, nothing',
    async (table) => {
      const model = guarded.find((each) => each.table === table) as ManifestModel;
      const [key = 'id'] = model.primaryKey.columns;
      expect(await countOf(owner, table)).toBe(1);
      expect(await countOf(app, table)).toBe(0);
      expect(await sqlStateOf(app, insertOf(model))).toBe('42501');
      expect(await sqlStateOf(app, `update ${table} set "${key}" = "${key}"`)).not.toBe('done');
      expect(await sqlStateOf(app, `delete from ${table}`)).not.toBe('done');
      expect(await sqlStateOf(app, `truncate ${table}`)).toBe('42501');
      expect(await countOf(owner, table)).toBe(1);
    },
  );

  it.each(guarded.map(({ table }) => [table]))('%s: a stranger sees nothing', async (table) => {
    const actor = { userId: crypto.randomUUID(), mfa: true, stepUp: true };
    await app.query('begin');
    try {
      await app.query('select set_actor($1)', [JSON.stringify(actor)]);
      expect(await countOf(app, table)).toBe(0);
    } finally {
      await app.query('rollback');
    }
  });

  it('keeps the partitions of a guarded table out of reach', async () => {
    const { rows } = await owner.query<{ name: string }>(`
      select inhrelid::regclass::text as name from pg_inherits
      join pg_class on pg_class.oid = inhparent where relrowsecurity`);
    expect(rows.length).toBeGreaterThan(10);
    for (const { name } of rows) {
      expect(await sqlStateOf(app, `select count(*) from ${name}`)).toBe('42501');
    }
  });

  it('is not escaped through a view, a copy or a function of the owner that reads for anybody', async () => {
    const { rows } = await owner.query<{ name: string }>(`
      select distinct viewname as name from pg_views where schemaname = 'public'`);
    for (const { name } of rows) expect(await countOf(app, name)).toBe(0);
    const copied = await app.query<{ n: string }>(
      `select count(*) as n from patients tablesample system (100)`,
    );
    expect(copied.rows[0]?.n).toBe('0');
  });
});

describe('a pooled connection', () => {
  const stale = (id: string) =>
    app.query(`select set_config('holovitals.user_id', $1, false)`, [id]);

  beforeAll(async () => {
    await owner.query(
      `insert into users (id, email, status, updated_at) values ($1, 'own@example.org', 'ACTIVE', now())`,
      [ACCOUNT],
    );
    await owner.query(
      `insert into user_roles (id, user_id, role_id, reason)
      select gen_random_uuid(), $1, id, 'test' from roles where name = 'PATIENT'`,
      [ACCOUNT],
    );
  });

  it('shows the own record to whom it belongs, in every table that is open to its patient', async () => {
    await app.query('begin');
    await app.query('select set_actor($1)', [JSON.stringify({ userId: ACCOUNT })]);
    const seen: string[] = [];
    for (const { table } of guarded) if ((await countOf(app, table)) === 1) seen.push(table);
    await app.query('rollback');
    expect(seen).toEqual(
      expect.arrayContaining(['patients', 'patient_diagnoses', 'documents', 'audit_logs']),
    );
    expect(seen).not.toContain('security_alerts');
  });

  it('shows the next caller nothing of an identity that was left in the session', async () => {
    await stale(ACCOUNT);
    try {
      expect(await countOf(app, 'patient_diagnoses')).toBe(1);
      for (const actor of [{}, { userId: crypto.randomUUID() }]) {
        await app.query('begin');
        await app.query('select set_actor($1)', [JSON.stringify(actor)]);
        for (const { table } of guarded) expect(await countOf(app, table)).toBe(0);
        await app.query('rollback');
      }
    } finally {
      await stale('');
    }
  });

  it('forgets its decisions with the caller they were made for, also within a statement', async () => {
    const ask = (own: string, source: string) =>
      `(select may_access_patient('${PATIENT}', null, '${own}', ${source})::int)`;
    const questions = [
      ask('READ_OWN_RECORD', 'null'),
      ask('WRITE_OWN_RECORD', `'PATIENT_ENTERED'`),
      ask('READ_OWN_RECORD', 'null'),
    ];
    const { rows } = await app.query<{ n: number[] }>(`
      with first as materialized (select set_actor('{"userId": "${ACCOUNT}"}'))
      select array[(select count(*)::int from first), ${questions.join(', ')},
        (select (set_actor('{}') is null)::int), ${questions.join(', ')}] as n`);
    expect(rows[0]?.n).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
  });

  it('takes who may in one way for who may in either, and never the other way round', async () => {
    await app.query('begin');
    await app.query('select set_actor($1)', [JSON.stringify({ userId: ACCOUNT })]);
    const { rows } = await app.query<{ n: number[] }>(`
      select array[
        may_access_patient('${PATIENT}', null, 'READ_OWN_RECORD')::int,
        may_access_patient('${PATIENT}', 'READ_PHI', null)::int,
        may_access_patient('${PATIENT}', 'READ_PHI', 'READ_OWN_RECORD')::int,
        may_access_patient('${PATIENT}', 'READ_PHI', null)::int,
        may_access_patient('${PATIENT}', null, null)::int,
        may_access_patient('${PATIENT}', null, 'READ_OWN_RECORD', null, '{PSYTHPN}')::int] as n`);
    await app.query('rollback');
    expect(rows[0]?.n).toEqual([1, 0, 1, 0, 0, 0]);
  });
});
