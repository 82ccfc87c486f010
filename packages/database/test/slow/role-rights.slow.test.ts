/** @module-tag slow */
import { readFileSync } from 'node:fs';
import type { ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaManifestPath } from '../../src/paths.ts';
import { createSchemaDatabase, type SchemaDatabase } from '../../src/testing/index.ts';
import { runMigrator } from '../../src/testing/schema-database.ts';

const manifest = JSON.parse(readFileSync(schemaManifestPath, 'utf8')) as SchemaManifest;
const ROLES = ['application', 'read-only', 'auditor', 'backup'] as const;
const VARIABLES = {
  'read-only': 'READONLY_DATABASE_URL',
  auditor: 'AUDITOR_DATABASE_URL',
  backup: 'BACKUP_DATABASE_URL',
} as const;
const REFUSED = '42501';
type Role = (typeof ROLES)[number];

let database: SchemaDatabase;
let another: SchemaDatabase;
let urls: Record<Role, string>;
const sessions = new Map<Role, pg.Client>();

beforeAll(async () => {
  database = await createSchemaDatabase();
  another = await createSchemaDatabase();
  urls = {
    application: database.appUrl,
    ...{ 'read-only': urlOf('readonly'), auditor: urlOf('auditor'), backup: urlOf('backup') },
  };
  await withVariables(async () => {
    const { left } = JSON.parse(await runMigrator(database.url, ['roles', 'sync', '--json'])) as {
      left: string[];
    };
    expect(left).toEqual([`ALTER ROLE "${database.name}_backup" BYPASSRLS`]);
    const printed = await runMigrator(database.url, ['roles', 'sync', '--print']);
    await asAdministrator(database, printed);
    expect(await runMigrator(database.url, ['roles', 'sync', '--print'])).toBe('\n');
    // Whatever else is granted by accident would be a difference.
    const verified = await runMigrator(database.url, ['verify', '--json']);
    expect(JSON.parse(verified)).toMatchObject({ differences: [] });
  });
  await runMigrator(another.url, ['roles', 'sync']);
  await fill();
  for (const role of ROLES) {
    const client = new pg.Client({ connectionString: urls[role] });
    await client.connect();
    sessions.set(role, client);
  }
});

afterAll(async () => {
  for (const client of sessions.values()) await client.end();
  await another?.drop();
  await database?.drop();
});

function urlOf(suffix: string): string {
  const url = new URL(database.url);
  [url.username, url.password] = [`${database.name}_${suffix}`, `pass-${suffix}`];
  return url.toString();
}

async function withVariables<T>(work: () => Promise<T>): Promise<T> {
  for (const [role, variable] of Object.entries(VARIABLES)) {
    process.env[variable] = urls[role as Role];
  }
  try {
    return await work();
  } finally {
    for (const variable of Object.values(VARIABLES)) delete process.env[variable];
  }
}

async function asAdministrator({ superuserUrl }: SchemaDatabase, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** A patient and a row of the audit trail, that somebody could see. */
async function fill(): Promise<void> {
  await asAdministrator(
    database,
    `set session_replication_role = replica;
     insert into audit_logs (id, timestamp, event_type, action, outcome, agent_system, hash, key_version)
     values (uuid_v7(), now(), 'LOGIN', 'E', '0', 'test', decode(repeat('00', 32), 'hex'), 1)`,
  );
}

/** What the server answers: its rows, or the SQLSTATE of its refusal. Nothing stays. */
async function answer(role: Role, sql: string): Promise<pg.QueryResult | string> {
  const client = sessions.get(role);
  if (client === undefined) throw new Error(`${role} is not connected`);
  // These refuse to be in a transaction, whoever asks.
  const isAlone = /^(create database|alter system)/.test(sql);
  await client.query(isAlone ? '' : 'begin');
  try {
    return await client.query(sql);
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    if (!isAlone) await client.query('rollback');
  }
}

const isAllowed = async (role: Role, sql: string) => {
  const answered = await answer(role, sql);
  return typeof answered !== 'string' || (answered === REFUSED ? false : answered);
};

/** The rule, in words of the schema alone. */
function expected(role: Role, model: ManifestModel) {
  const isTrail = ['AuditLog', 'AuditLogArchive', 'AuditCheckpoint'].includes(model.name);
  const reads = {
    application: true,
    'read-only': !isTrail && !model.fields.some(({ classification }) => classification === 'phi'),
    auditor: isTrail,
    backup: true,
  }[role];
  const isApplication = role === 'application';
  const adds = isTrail || model.immutable;
  return {
    columns: model.fields
      .filter(
        ({ classification, appReads }) =>
          reads &&
          (classification !== 'secret' ||
            role === 'backup' ||
            (isApplication && appReads !== undefined)),
      )
      .map(({ column }) => column),
    insert: isApplication,
    update: isApplication && !adds,
    delete: isApplication && !adds,
    truncate: false,
  };
}

async function found(role: Role, { table, fields }: ManifestModel) {
  const columns: string[] = [];
  for (const { column } of fields) {
    if ((await isAllowed(role, `select "${column}" from ${table} limit 0`)) === true) {
      columns.push(column);
    }
  }
  const [{ column, databaseType }] = fields as [ManifestModel['fields'][number]];
  const nothing = `null::${databaseType}`;
  return {
    columns,
    insert: await isAllowed(
      role,
      `insert into ${table} ("${column}") select ${nothing} where false`,
    ),
    update: await isAllowed(role, `update ${table} set "${column}" = ${nothing} where false`),
    delete: await isAllowed(role, `delete from ${table} where false`),
    truncate: await isAllowed(role, `truncate ${table}`),
  };
}

describe.each(ROLES)('the %s role', (role) => {
  it('may do with each table and column what the schema says, and no more', async () => {
    const tables = manifest.models.filter(({ view }) => view !== true);
    expect(tables.length).toBeGreaterThan(90);
    for (const model of tables) {
      expect(await found(role, model), model.table).toEqual(expected(role, model));
    }
  });

  it('makes nothing, becomes nobody, and reads nothing of the server', async () => {
    const owner = new URL(database.url).username;
    for (const sql of [
      'create table mine (id int)',
      'create temporary table mine (id int)',
      'create schema mine',
      'create view mine as select 1',
      'create sequence mine',
      'create function mine() returns int language sql as $$ select 1 $$',
      'create function pg_temp.mine() returns int language sql as $$ select 1 $$',
      'create extension hstore',
      'create role mine',
      'create database mine',
      'create policy mine on users using (true)',
      'create publication mine for all tables',
      'alter table users add column mine int',
      'alter table users disable row level security',
      'alter table audit_logs disable trigger all',
      'alter role current_user superuser',
      'alter role current_user bypassrls',
      'alter system set log_statement = none',
      'drop table users',
      'drop trigger audit_checkpoints_sealed on audit_checkpoints',
      `set role "${owner}"`,
      `set session authorization "${owner}"`,
      'set session_replication_role = replica',
      'select * from pg_authid',
      'select * from pg_statistic',
      `select pg_read_file('/etc/passwd')`,
      `select pg_ls_dir('.')`,
      `copy (select 1) to program 'true'`,
      `copy (select 1) to '/tmp/mine'`,
      `select lo_create(4711)`,
      `select lo_from_bytea(0, 'x')`,
      `select lo_import('/etc/passwd')`,
      'select ensure_audit_partitions(current_date, 1)',
      'update _prisma_migrations set logs = null',
      'delete from migrator.objects',
    ]) {
      expect(await answer(role, sql), sql).toBe(REFUSED);
    }
  });

  it('does not reach another database of the schema', async () => {
    // The tests' application role is one for all their databases.
    if (role === 'application') return;
    const url = new URL(urls[role]);
    url.pathname = `/${another.name}`;
    const client = new pg.Client({ connectionString: url.toString() });
    await expect(client.connect()).rejects.toMatchObject({ code: REFUSED });
  });

  it('calls no function of the schema unless it is the application', async () => {
    const { rows } = (await answer(
      role,
      `select p.oid::regprocedure::text as name from pg_proc p
       where p.pronamespace = 'public'::regnamespace and has_function_privilege(p.oid, 'execute')
         and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass
                         and d.objid = p.oid and d.deptype = 'e')`,
    )) as pg.QueryResult<{ name: string }>;
    if (role === 'application') {
      expect(rows.map(({ name }) => name)).toContain('set_actor(jsonb)');
    } else expect(rows).toEqual([]);
  });

  it('uses the types of extensions where it reads them', async () => {
    if (role === 'auditor') return;
    const answered = await answer(role, `select id from users where email = 'NOBODY@example.org'`);
    expect(answered).toMatchObject({ rowCount: 0 });
  });
});

describe('rows behind row security', () => {
  const claim = `select set_config('holovitals.user_id', (select id::text from users limit 1), true)`;

  it.each(['read-only', 'auditor'] as const)('stay hidden from the %s role', async (role) => {
    expect(await answer(role, 'select id from patients')).toBe(REFUSED);
    expect(await answer(role, `${claim}; select id from patients`)).toBe(REFUSED);
    expect(await answer(role, 'select * from audit_partitions.audit_logs_default')).toBe(REFUSED);
  });

  it('are the audit trail’s for the auditor, and all for the backup', async () => {
    const count = 'select count(*)::int as rows from audit_logs';
    expect(await answer('auditor', count)).toMatchObject({ rows: [{ rows: 1 }] });
    expect(await answer('backup', `set local row_security = off; ${count}`)).not.toBe(REFUSED);
    expect(await answer('application', count)).toMatchObject({ rows: [{ rows: 0 }] });
  });
});

describe('what comes later', () => {
  it('is open to the backup at once, and to nobody else before its rule is known', async () => {
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    try {
      await owner.query('select ensure_audit_partitions(current_date + 800, 2)');
      await owner.query('create table later (id int)');
      await owner.query('create function later() returns int language sql as $$ select 1 $$');
      const { rows } = await owner.query<{ name: string }>(
        `select inhrelid::regclass::text as name from pg_inherits
         where inhparent = 'audit_logs'::regclass and inhrelid::regclass::text not like '%_default'
         order by 1 desc limit 1`,
      );
      for (const role of ROLES) {
        const mine = role === 'backup';
        expect(await isAllowed(role, 'select id from later'), role).toBe(mine);
        expect(await isAllowed(role, `select id from ${rows[0]?.name}`), role).toBe(mine);
        expect(await isAllowed(role, 'insert into later values (1)'), role).toBe(false);
        expect(await isAllowed(role, 'select later()'), role).toBe(false);
      }
    } finally {
      await owner.end();
    }
  });
});
