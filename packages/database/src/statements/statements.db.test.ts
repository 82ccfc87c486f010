import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, type Database } from '../create-client.ts';
import { manifestModels } from '../manifest-models.ts';
import { createSchemaDatabase, type SchemaDatabase } from '../testing/index.ts';
import { withDefaults } from './column-defaults.ts';
import { rowAsJson } from './row-as-json.ts';

const SECRET = 'what-nobody-may-read';

let database: SchemaDatabase;
let owner: pg.Client;
let db: Database;

beforeAll(async () => {
  database = await createSchemaDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  db = createClient({ url: database.appUrl, maxConnections: 2 });
});

afterAll(async () => {
  await Promise.all([owner.end(), db.$disconnect()]);
  await database.drop();
});

/** What a refused statement says, at its most talkative. */
async function refusalOf(text: string, values: unknown[]): Promise<Record<string, unknown>> {
  const error: unknown = await db.$statement(text, values).then(
    () => undefined,
    (refused: unknown) => refused,
  );
  expect(error).toBeInstanceOf(Error);
  const { message, code, constraint } = error as pg.DatabaseError;
  expect(JSON.stringify([error, message, (error as Error).stack])).not.toContain(SECRET);
  return { code, constraint };
}

describe('a statement past Prisma', () => {
  it('answers rows, and is its own transaction', async () => {
    const rows = await db.$statement<{ n: string; at: Date }>(
      `select $1::numeric as n, 'epoch'::timestamptz as at, set_config('holovitals.user_id', $2, true)`,
      ['7.00', SECRET],
    );
    expect(rows).toMatchObject([{ n: '7.00', at: new Date(0) }]);
    const [left] = await db.$statement<{ id: string | null }>(
      `select nullif(current_setting('holovitals.user_id', true), '') as id`,
      [],
    );
    expect(left).toEqual({ id: null });
  });

  it('that is refused tells its code and constraint, and no value', async () => {
    expect(await refusalOf('select $1::text::integer', [SECRET])).toMatchObject({ code: '22P02' });
    const insert = `insert into roles (id, name, updated_at) values (gen_random_uuid(), $1, now())`;
    await db.$statement(insert, [SECRET]);
    expect(await refusalOf(insert, [SECRET])).toEqual({
      code: '23505',
      constraint: 'roles_name_key',
    });
    const patient = `insert into patients (id, family, updated_at) values (gen_random_uuid(), $1, now())`;
    expect(await refusalOf(patient, [SECRET])).toMatchObject({ code: 'DATABASE.ROW_REFUSED' });
    expect(await refusalOf('select pg_read_file($1)', [SECRET])).toMatchObject({
      code: '42501',
    });
  });

  it('that waits in vain for a lock is a collision', async () => {
    await owner.query('begin');
    try {
      await owner.query('lock table roles');
      const waiting = createClient({ url: `${database.appUrl}?options=-clock_timeout%3D10` });
      await expect(waiting.$statement('select from roles', [])).rejects.toMatchObject({
        code: 'DATABASE.TRANSACTION_CONFLICT',
      });
      await waiting.$disconnect();
    } finally {
      await owner.query('rollback');
    }
  });

  it('shares the pool of the client, which ends with it', async () => {
    const other = createClient({
      url: database.appUrl,
      applicationName: 'ends',
      maxConnections: 1,
    });
    await other.$statement('select 1', []);
    const count = async () => {
      const { rows } = await owner.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where application_name = 'ends'`,
      );
      return rows[0]?.n;
    };
    await other.role.count();
    expect(await count()).toBe(1);
    await other.$disconnect();
    await other.$disconnect();
    await expect(other.$statement('select 1', [])).rejects.toThrow(/after calling end/);
  });
});

describe('a new row as JSON', () => {
  it('has the defaults that the database has', async () => {
    const now = new Date();
    let compared = 0;
    for (const [name, { table, fields }] of manifestModels()) {
      const made = rowAsJson(name, withDefaults(name, {}, now));
      const { rows } = await owner.query<{ column: string; expression: string }>(
        `select attname as column, pg_get_expr(adbin, adrelid) as expression
         from pg_attrdef join pg_attribute on attrelid = adrelid and attnum = adnum
         where adrelid = to_regclass($1) and attgenerated = ''`,
        [table],
      );
      const defaults = rows.filter(
        ({ expression }) => !/nextval|CURRENT_|now\(|generated/i.test(expression),
      );
      for (const { column, expression } of defaults) {
        const { rows: values } = await owner.query<{ value: unknown }>(
          `select to_jsonb(${expression}) as value`,
        );
        if (fields.find((field) => field.column === column)?.default === null) continue;
        compared += 1;
        expect([table, column, made[column]]).toEqual([table, column, values[0]?.value]);
      }
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('keeps what is given, also where it is null', () => {
    const now = new Date();
    const row = { id: 'x', verificationStatus: null, category: undefined, isAbated: true };
    expect(rowAsJson('PatientDiagnosis', withDefaults('PatientDiagnosis', row, now))).toMatchObject(
      {
        id: 'x',
        verification_status: null,
        category: 'problem-list-item',
        is_abated: true,
        recorded_at: now,
        version: 1,
        security_labels: [],
      },
    );
  });

  it('writes enums by their codes and bytes in hexadecimal', () => {
    const row = { eventType: 'PHI_READ', outcome: 'MINOR_FAILURE', hash: new Uint8Array([0, 255]) };
    expect(rowAsJson('AuditLog', row)).toEqual({
      event_type: 'PHI_READ',
      outcome: '4',
      hash: '\\x00ff',
    });
  });
});
