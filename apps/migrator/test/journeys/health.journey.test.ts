import { once } from 'node:events';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseOpenMetrics } from '../parse-open-metrics.ts';
import { openShop, type Shop } from '../shop-workspace.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
});

afterEach(() => shop.remove());

it('tells people, programs and scrapers the same, once or again and again', async () => {
  // The test server does not care for crashes.
  const text = await shop.migrator('health');
  expect(text).toMatchObject({ code: 4, stderr: '' });
  expect(text.stdout).toMatch(
    /critical {2}FSYNC_OFF[^]+why: [^]+fix: [^]+ALTER SYSTEM SET fsync = 'on';/,
  );

  const json = await shop.migrator('health', '--json');
  const { findings } = JSON.parse(json.stdout) as { findings: { code: string }[] };
  expect(findings.map(({ code }) => code)).toContain('FSYNC_OFF');

  const metrics = await shop.migrator('health', '--format', 'openmetrics');
  expect(metrics.code).toBe(4);
  const families = parseOpenMetrics(metrics.stdout);
  expect(families.map(({ name }) => name)).toContain('database_health_connections_allowed');

  const watching = shop.start('health', '--watch', '1', '--json');
  const lines: string[] = [];
  if (watching.stdout === null) throw new Error('no output');
  for await (const line of createInterface(watching.stdout)) {
    if (lines.push(line) === 2) break;
  }
  watching.kill('SIGINT');
  expect(await once(watching, 'exit')).toEqual([130, null]);
  expect(lines.map((line) => (JSON.parse(line) as { state: string }).state)).toEqual([
    'critical',
    'critical',
  ]);
});

it(
  'hears who makes the extension, then which queries take the time and how they are run',
  { tags: 'slow' },
  async () => {
    const missing = await shop.migrator('slow');
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toMatch(/SLOW_UNAVAILABLE[^]+CREATE EXTENSION pg_stat_statements;/);

    const admin = new pg.Client({ connectionString: shop.database.superuserUrl });
    await admin.connect();
    await admin.query('create extension pg_stat_statements');
    await admin.end();
    await shop.migrator('deploy');

    const json = await shop.migrator('slow', '--json', '--by', 'calls');
    const { queries } = JSON.parse(json.stdout) as { queries: { id: string; query: string }[] };
    const select = queries.find(({ query }) => query?.startsWith('select'));
    const text = await shop.migrator('slow', '--by', 'calls', '--limit', '100');
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toContain(`${select?.id}  `);

    const metrics = await shop.migrator('slow', '--by', 'calls', '--format', 'openmetrics');
    const [whole, , times] = parseOpenMetrics(metrics.stdout);
    expect(whole?.name).toBe('database_queries_time_seconds');
    expect(times?.samples.map(({ labels }) => labels['query'])).toContain(select?.id);

    const plan = await shop.migrator('slow', '--plan', select?.id ?? '');
    expect(plan).toMatchObject({ code: 0, stderr: '' });
    expect(plan.stdout).toMatch(/ {2}\(cost \d+(\.\d+)?, \d+ row\(s\)\)/);
    expect(await shop.migrator('slow', '--plan', '7')).toMatchObject({ code: 2, stdout: '' });
  },
);

it('keeps tables and indexes in order: first told what it would do, then done, then nothing', async () => {
  const { database } = shop;
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `create table "Od d" (id int primary key) with (autovacuum_enabled = off);
     insert into "Od d" select generate_series(1, 5000)`,
  );
  await client.query('select pg_stat_force_next_flush()');
  await client.end();

  const preview = await shop.migrator('maintain', '--dry-run');
  expect(preview).toMatchObject({ code: 0, stderr: '' });
  expect(preview.stdout).toMatch(/^VACUUM \(ANALYZE\) public\."Od d";\n {2}-- .*never analysed/);

  const first = await shop.migrator('maintain', '--json');
  expect(first).toMatchObject({ code: 0, stderr: '1 of 1: VACUUM (ANALYZE) public."Od d"\n' });
  expect(JSON.parse(first.stdout)).toMatchObject({ jobs: [{ state: 'done' }], left: [] });
  const second = await shop.migrator('maintain');
  expect(second).toMatchObject({ code: 0, stdout: '', stderr: 'nothing needs upkeep\n' });
});

it('hears what the checks of packages find, and which of them could not look', async () => {
  const manifest = 'packages/catalog/package.json';
  const plugin = '"schemaDomain": "catalog", "migrator": { "healthChecks": "./checks.mjs" }';
  shop.write(manifest, shop.read(manifest).replace('"schemaDomain": "catalog"', plugin));
  const missing = await shop.migrator('health');
  expect(missing).toMatchObject({ code: 2, stdout: '' });
  expect(missing.stderr).toContain('HEALTH_CHECKS_UNREADABLE');

  shop.write(
    'packages/catalog/checks.mjs',
    `export const healthChecks = [
      { name: 'throws', look: () => { throw new TypeError('canary'); } },
      { name: 'writes', look: (session) => session.query('create table canary ()') },
      { name: 'waiting', async look(session, now) {
        const { rows } = await session.query('select $1::timestamptz is not null as told', [now]);
        return rows.map(({ told }) => ({ severity: 'critical', what: 'told: ' + told, why: 'why', fix: 'fix' }));
      } },
    ];`,
  );
  const json = await shop.migrator('health', '--json');
  const { findings, unseen } = JSON.parse(json.stdout) as {
    findings: { code: string; what: string }[];
    unseen: { check: string; why: string }[];
  };
  expect(findings).toContainEqual(
    expect.objectContaining({ code: 'catalog/waiting', what: 'told: true', sql: [] }),
  );
  expect(unseen).toContainEqual({ check: 'catalog/throws', why: 'The check threw TypeError.' });
  expect(unseen.find(({ check }) => check === 'catalog/writes')?.why).toContain('25006');
  expect(json.stdout).not.toContain('canary');
  expect((await shop.migrator('health', '--format', 'openmetrics')).stdout).toContain(
    'code="catalog/waiting"',
  );
});

it(
  'hears which roles may too much, and takes it from them by the statements',
  { tags: 'slow' },
  async () => {
    await shop.migrator('roles', 'sync');
    await shop.migrator('dev', '--name', 'first');
    const admin = new pg.Client({ connectionString: shop.database.superuserUrl });
    const look = async () => {
      const { stdout } = await shop.migrator('health', '--json');
      const { findings, unseen } = JSON.parse(stdout) as {
        findings: { code: string; what: string; sql: string[] }[];
        unseen: { check: string }[];
      };
      expect(unseen.filter(({ check }) => /roles|rights|schemas/.test(check))).toEqual([]);
      return findings.filter(({ code }) => /^(ROLE|APPEND_ONLY|SCHEMA)_/.test(code));
    };
    await admin.connect();
    try {
      expect(await look()).toEqual([]);

      const app = `"${shop.database.name}_app"`;
      await admin.query(`
        alter role ${app} superuser bypassrls createrole;
        create schema "Odd ""s"""; grant create on schema "Odd ""s""" to public;
        create role "Odd ""r${shop.database.name}""";
        grant update (amount), truncate on sales to "Odd ""r${shop.database.name}""";
        grant delete on sales to public`);
      const found = await look();
      expect(found.map(({ code }) => code).sort()).toEqual([
        ...['APPEND_ONLY_OPEN', 'APPEND_ONLY_OPEN', 'ROLE_TOO_POWERFUL', 'SCHEMA_OPEN'],
      ]);
      expect(found.find(({ code }) => code === 'ROLE_TOO_POWERFUL')?.what).toContain(
        'is a superuser, has BYPASSRLS, may create databases or roles',
      );
      for (const sql of found.flatMap((finding) => finding.sql)) await admin.query(sql);
      expect(await look()).toEqual([]);

      await admin.query(`grant pg_write_all_data to ${app}; alter table items owner to ${app}`);
      await admin.query('grant create on schema public to public; grant update on sales to public');
      expect((await look()).map(({ code }) => code).sort()).toEqual([
        ...['APPEND_ONLY_OPEN', 'ROLE_TOO_POWERFUL', 'SCHEMA_OPEN'],
      ]);
      for (const sql of (await look()).flatMap((finding) => finding.sql)) await admin.query(sql);
      expect((await look()).map(({ what }) => what)).toEqual([
        expect.stringContaining('owns tables'),
      ]);
    } finally {
      // Before the database goes, and its sessions with it.
      await admin.end();
    }
  },
);
