import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchemaDatabase, type SchemaDatabase } from '../src/testing/index.ts';
import { runMigrator } from '../src/testing/schema-database.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

let database: SchemaDatabase;
let owner: pg.Client;
let app: pg.Client;

beforeAll(async () => {
  database = await createSchemaDatabase();
  owner = new pg.Client({ connectionString: database.url });
  app = new pg.Client({ connectionString: database.appUrl });
  await Promise.all([owner.connect(), app.connect()]);
});

afterAll(async () => {
  await Promise.all([owner.end(), app.end()]);
  await database.drop();
});

async function rows<T>(client: pg.Client, sql: string, values: unknown[] = []): Promise<T[]> {
  return (await client.query(sql, values)).rows as T[];
}

/** The SQLSTATE with which the server refuses a statement. */
async function refusal(client: pg.Client, sql: string, values: unknown[] = []) {
  try {
    await client.query(sql, values);
  } catch (error) {
    const { code, constraint } = error as { code: string; constraint?: string };
    return constraint ?? code;
  }
  return 'accepted';
}

async function prisma(args: readonly string[]): Promise<{ code: number; output: string }> {
  const env = { ...process.env, DATABASE_URL: database.url };
  try {
    const bin = path.join(root, 'node_modules/.bin/prisma');
    const { stdout, stderr } = await run(bin, args, { cwd: root, env });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

async function insertPatient(): Promise<string> {
  const [row] = await rows<{ id: string }>(
    owner,
    `insert into patients (id, updated_at) values (gen_random_uuid(), now()) returning id`,
  );
  return row?.id ?? '';
}

describe('the migrated database', () => {
  it('holds exactly 92 tables and 45 enums', async () => {
    const [counts] = await rows(
      owner,
      `select (select count(*)::int from pg_tables
               where schemaname = 'public' and tablename <> '_prisma_migrations') as tables,
              (select count(*)::int from pg_type
               where typtype = 'e' and typnamespace = 'public'::regnamespace) as enums`,
    );
    expect(counts).toEqual({ tables: 92, enums: 45 });
  });

  it(
    'is what Prisma expects: up to date, and no difference to the schema',
    { tags: 'slow' },
    async () => {
      expect((await prisma(['migrate', 'status'])).output).toContain('up to date');
      const diff = await prisma([
        'migrate',
        'diff',
        '--from-config-datasource',
        '--to-schema',
        'packages/database/prisma/schema.prisma',
        '--exit-code',
      ]);
      expect(diff).toMatchObject({ code: 0 });
    },
  );

  it('is what the manifest says, object by object', async () => {
    const report = JSON.parse(await runMigrator(database.url, ['verify', '--json'])) as unknown;
    expect(report).toMatchObject({
      differences: [],
      counts: { models: 92, tables: 92, enums: 45 },
    });
  });

  it.each([
    ['users', 'email'],
    ['users', 'role'],
    ['patients', 'user_id'],
    ['patients', 'mrn'],
    ['documents', 'patient_id'],
    ['documents', 'type'],
    ['audit_logs', 'user_id'],
    ['audit_logs', 'timestamp'],
    ['audit_logs', 'event_type'],
    ['ehr_connections', 'patient_id'],
    ['ehr_connections', 'provider'],
    ['loinc_codes', 'loinc_number'],
    ['loinc_codes', 'common_name'],
  ])('has the index that the guide lists on %s.%s', async (table, column) => {
    const found = await rows(
      owner,
      `select 1 from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
       where i.indrelid = to_regclass($1) and a.attname = $2 and i.indisvalid`,
      [table, column],
    );
    expect(found.length).toBeGreaterThan(0);
  });

  it('has an index that starts with the columns of every foreign key', async () => {
    const missing = await rows(
      owner,
      `select conrelid::regclass::text || ' ' || conname as key from pg_constraint c
       where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
         select 1 from pg_index i where i.indrelid = c.conrelid
         and (i.indkey::int2[])[0:array_length(c.conkey, 1) - 1] @> c.conkey)`,
    );
    expect(missing).toEqual([]);
  });
});

describe('row security', () => {
  it('closes every table of patient data to the application by default', async () => {
    const patient = await insertPatient();
    expect(await rows(owner, 'select id from patients where id = $1', [patient])).toHaveLength(1);
    expect(await rows(app, 'select id from patients')).toEqual([]);
    expect(
      await refusal(app, `insert into patients (id, updated_at) values (gen_random_uuid(), now())`),
    ).toBe('42501');
  });

  it('stands on every table that names a patient', async () => {
    const open = await rows(
      owner,
      `select c.relname from pg_class c
       join pg_constraint k on k.conrelid = c.oid and k.contype = 'f'
       where k.confrelid = 'patients'::regclass and not c.relrowsecurity`,
    );
    expect(open).toEqual([]);
  });

  it('gives the application neither tables nor a way around it', async () => {
    const [role] = await rows(
      app,
      `select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,
              (select count(*)::int from pg_class where relowner = r.oid) as owned
       from pg_roles r where rolname = current_user`,
    );
    expect(role).toEqual({
      ...{ rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false },
      owned: 0,
    });
    expect(await refusal(app, 'create table mine (id int)')).toBe('42501');
    expect(await refusal(app, 'select * from audit_partitions.audit_logs_default')).toBe('42501');
  });
});

describe('the audit trail', () => {
  it('refuses change and removal to its owner too', async () => {
    expect(await refusal(owner, 'truncate audit_logs')).not.toBe('accepted');
    expect(await refusal(owner, 'truncate audit_partitions.audit_logs_default')).not.toBe(
      'accepted',
    );
    expect(await refusal(app, 'delete from audit_logs')).toBe('42501');
    expect(await refusal(app, `update audit_logs set reason = 'x'`)).toBe('42501');
  });

  it('has partitions for this month and twelve ahead, and an empty default one', async () => {
    const [state] = await rows(
      owner,
      `select (select count(*)::int from pg_inherits where inhparent = 'audit_logs'::regclass) as partitions,
              (select count(*)::int from audit_partitions.audit_logs_default) as stray`,
    );
    expect(state).toEqual({ partitions: 14, stray: 0 });
  });
});

describe('the record’s rules', () => {
  const diagnosis = (columns: string, values: string) =>
    `insert into patient_diagnoses (id, patient_id, code, code_system, source, updated_at, ${columns})
     values (gen_random_uuid(), $1, 'I10', 'http://hl7.org/fhir/sid/icd-10-cm', 'CLINICIAN_ENTERED', now(), ${values})`;

  it('holds con-4: an abated problem is not active', async () => {
    const patient = await insertPatient();
    expect(
      await refusal(owner, diagnosis('clinical_status, abatement_at', `'active', now()`), [
        patient,
      ]),
    ).toBe('patient_diagnoses_con_4');
    expect(
      await refusal(owner, diagnosis('clinical_status, abatement_at', `'resolved', now()`), [
        patient,
      ]),
    ).toBe('accepted');
  });

  it('refuses a row that names another patient’s encounter', async () => {
    const [mine, other] = [await insertPatient(), await insertPatient()];
    const [visit] = await rows<{ id: string }>(
      owner,
      `insert into encounters (id, patient_id, status, class_code, source, updated_at)
       values (gen_random_uuid(), $1, 'finished', 'AMB', 'CLINICIAN_ENTERED', now()) returning id`,
      [other],
    );
    const sql = diagnosis('clinical_status, encounter_id', `'active', '${visit?.id}'`);
    expect(await refusal(owner, sql, [mine])).toBe(
      'patient_diagnoses_encounter_id_patient_id_fkey',
    );
    expect(await refusal(owner, sql, [other])).toBe('accepted');
  });

  it('keeps numbers as they were written', async () => {
    const patient = await insertPatient();
    const [value] = await rows(
      owner,
      `insert into patient_vital_signs (id, patient_id, code, code_system, loinc_code, status, effective_at, value, source, updated_at)
       values (gen_random_uuid(), $1, '8310-5', 'http://loinc.org', '8310-5', 'final', now(), 37.00, 'DEVICE', now())
       returning value::text`,
      [patient],
    );
    expect(value).toEqual({ value: '37.00' });
  });
});
