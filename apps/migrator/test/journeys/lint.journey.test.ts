import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LintReport } from '../../src/lint/lint-report.ts';
import { openMigratedShop, openShop, type Run, type Shop } from '../shop-workspace.ts';

/** Nothing listens there: whoever needs a database fails. */
const NO_DATABASE = { DATABASE_URL: 'postgresql://nobody:none@127.0.0.1:1/none' };

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
  expect(await shop.migrator('dev', '--name', 'first')).toMatchObject({ code: 0 });
});

// All of them judge for one database, which judging does not change.
afterEach(() => {
  for (const name of readdirSync(shop.migrations)) {
    if (/^(1|29)99/.test(name)) rmSync(path.join(shop.migrations, name), { recursive: true });
  }
});

afterAll(() => shop.remove());

async function fillItems(rows: number): Promise<void> {
  const client = new pg.Client({ connectionString: shop.database.url });
  await client.connect();
  const fill = `truncate items; insert into items (id, name, price_cents, updated_at)
    select gen_random_uuid(), 'item ' || n, n, now() from generate_series(1, ${rows}) n; analyze items`;
  await client.query(fill).finally(() => client.end());
}

const reportIn = ({ stdout }: Run): LintReport => JSON.parse(stdout) as LintReport;

const rulesIn = (run: Run) =>
  reportIn(run).scripts.flatMap(({ findings }) =>
    findings.map(({ severity, rule }) => `${severity} ${rule}`),
  );

describe('a team before it deploys', () => {
  it('hears where, how bad, why, and what to write instead', async () => {
    await fillItems(5_000);
    shop.addMigration(
      '29990101000000_more',
      '\uFEFFalter table items add column code text;\r\n\r\n  create index items_code on items (code);\r\n',
    );
    const run = await shop.migrator('lint');
    expect(run.code).toBe(3);
    expect(run.stderr).toBe('');
    for (const words of [
      'db/migrations/29990101000000_more/migration.sql:3:3  error  index-not-concurrent: Writes to public.items wait',
      'why: CREATE INDEX holds a SHARE lock',
      'instead: Write CREATE INDEX CONCURRENTLY',
      '1 script(s): 1 error(s), 0 warning(s), 0 note(s); judged by the sizes of the database now',
    ]) {
      expect(run.stdout).toContain(words);
    }
  });

  it('is told less of small tables, and nothing of empty ones', { tags: 'slow' }, async () => {
    const change = 'create index on items (price_cents);\nalter table items drop column name;\n';
    shop.addMigration('29990101000000_more', change);
    await fillItems(5_000);
    const large = ['error index-not-concurrent', 'error column-dropped'];
    expect(rulesIn(await shop.migrator('lint', '--json'))).toEqual(large);
    const stats = path.join(shop.root, 'stats.json');
    expect(await shop.migrator('plan', '--stats-out', stats)).toMatchObject({ code: 0 });
    await fillItems(100);
    const small = await shop.migrator('lint', '--json');
    expect(small.code).toBe(0);
    expect(rulesIn(small)).toEqual(large.map((it) => it.replace('error', 'warning')));
    await fillItems(0);
    expect(rulesIn(await shop.migrator('lint', '--json'))).toEqual([]);
    const offline = await shop.migratorWith(NO_DATABASE, 'lint', '--json', '--stats', stats);
    expect(offline.code).toBe(3);
    expect(rulesIn(offline)).toEqual(large);
  });

  it('allows a thing by a comment that says why', async () => {
    await fillItems(5_000);
    shop.addMigration(
      '29990101000000_more',
      '-- lint-allow column-dropped: no release reads it\nalter table items drop column doubled;\n',
    );
    const run = await shop.migrator('lint', '--json');
    expect(run.code).toBe(0);
    expect(reportIn(run).scripts).toMatchObject([
      { findings: [], allowed: [{ rule: 'column-dropped', reason: 'no release reads it' }] },
    ]);
  });

  it('hears of a table that one pending migration makes nothing in the next', async () => {
    shop.addMigration('29990101000000_one', 'create table notes (id bigint primary key, at date);');
    shop.addMigration('29990102000000_two', 'create index on notes (at);');
    expect(rulesIn(await shop.migrator('lint', '--json'))).toEqual([]);
    const all = await shop.migratorWith(NO_DATABASE, 'lint', '--all', '--json');
    expect(rulesIn(all)).toContain('error index-not-concurrent');
  });

  it('hears of a migration that comes too late, of SQL that cannot be read, and of objects', async () => {
    shop.addMigration('19990101000000_late', 'select 1;');
    shop.addMigration('29990101000000_bad', 'alter tabel items;');
    shop.addMigration(
      '29990102000000_use',
      'alter table sales alter column amount set default cheapest();',
    );
    expect(rulesIn(await shop.migrator('lint', '--json'))).toEqual([
      'error out-of-order',
      'error syntax-error',
      'error uses-object',
    ]);
  });
});

describe('whoever has no database at hand', () => {
  const lint = (...args: string[]) => shop.migratorWith(NO_DATABASE, 'lint', ...args);

  it('judges one migration after those before it, by name, folder or file', async () => {
    shop.addMigration(
      '29990101000000_more',
      'alter table items alter column price_cents type bigint;',
    );
    const folder = path.join(shop.migrations, '29990101000000_more');
    for (const name of ['29990101000000_more', folder, path.join(folder, 'migration.sql')]) {
      const run = await lint('--json', name);
      expect(run.code).toBe(3);
      expect(rulesIn(run)).toEqual(['error type-change-rewrites']);
    }
  });

  it('judges any script of SQL after the whole history', async () => {
    const file = path.join(shop.root, 'Ünï code "x".sql');
    writeFileSync(file, 'drop table items, nothing_there;');
    expect(rulesIn(await lint('--json', file))).toEqual(['error table-dropped']);
  });

  it(
    'is refused what is no script, with the name of the file alone',
    { tags: 'slow' },
    async () => {
      mkdirSync(path.join(shop.root, 'folder'), { recursive: true });
      writeFileSync(path.join(shop.root, 'latin.sql'), Buffer.from([0x73, 0xe9, 0x00]));
      for (const name of ['nowhere.sql', 'folder', 'latin.sql']) {
        const run = await lint(name);
        expect(run).toMatchObject({ code: 2, stdout: '' });
        expect(run.stderr).toContain('MIGRATOR.SCRIPT_UNREADABLE');
      }
      expect(await lint('--all', '--stats', 'x')).toMatchObject({ code: 2, stdout: '' });
    },
  );

  it('reads what a rule means', async () => {
    const run = await lint('--explain', 'column-dropped');
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toContain('allowed by: -- lint-allow column-dropped: <reason>');
    expect((await lint('--explain', 'all')).stdout).toContain('index-not-concurrent');
    expect((await lint('--explain', 'nothing')).stderr).toContain('MIGRATOR.LINT_RULE_UNKNOWN');
  });
});

describe('a package with rules of its own', () => {
  it('brings them under its name, with what the schema says of tables', async () => {
    const manifest = { name: '@shop/catalog', version: '0.0.0', schemaDomain: 'catalog' };
    const write = (lintRules?: string) => {
      shop.write(
        'packages/catalog/package.json',
        JSON.stringify({
          ...manifest,
          ...(lintRules !== undefined && { migrator: { lintRules } }),
        }),
      );
    };
    write('./rules.mjs');
    shop.write(
      'packages/catalog/rules.mjs',
      `const texts = { summary: 's', why: 'w', instead: 'i', bad: 'b', safe: 's' };
export const lintRules = [{ code: 'no-change', severity: 'error', ...texts,
  check: ({ command, subjects: [table] }, { facts }) =>
    command !== null && facts.immutableTables.has(table?.name)
      ? [{ message: table.name + ' keeps ' + facts.classificationOf(table.name, 'amount') }] : [] }];
`,
    );
    shop.addMigration('29990101000000_more', 'alter table sales add column code text;');
    const run = await shop.migrator('lint');
    expect(run.stdout).toContain('error  catalog/no-change: public.sales keeps closed');
    write('./nowhere.mjs');
    expect((await shop.migrator('lint')).stderr).toContain('MIGRATOR.LINT_RULES_UNREADABLE');
    shop.write('packages/catalog/rules.mjs', 'export const lintRules = [{ code: "x" }];');
    write('./rules.mjs');
    expect((await shop.migrator('lint')).stderr).toContain('Its entry 1 lacks a part of a rule.');
    write();
  });
});

describe('a deploy', () => {
  it('stops at what lint forbids, and goes on where a comment says why', async () => {
    await fillItems(5_000);
    const index = 'create index on items (price_cents);';
    shop.addMigration(
      '29990101000000_index',
      `alter table items alter price_cents set statistics 9;\n${index}\n`,
    );
    shop.seal();
    for (const args of [['deploy'], ['deploy', '--dry-run']]) {
      const refused = await shop.migrator(...args);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain('MIGRATOR.LINT_FAILED');
      expect(refused.stderr).toContain('migration.sql:2:1  error  index-not-concurrent: ');
      expect(refused.stderr).toContain('-- lint-allow <rule>: <reason>');
    }
    const plan = await shop.migrator('plan');
    expect(plan.stdout).toMatch(/index-not-concurrent: \S+/);
    expect(JSON.parse((await shop.migrator('status', '--json')).stdout)).toMatchObject({
      pending: ['29990101000000_index'],
    });
    shop.addMigration(
      '29990101000000_index',
      `-- lint-allow index-not-concurrent: unread\n${index}\n`,
    );
    shop.seal();
    const done = await shop.migrator('deploy');
    expect(done, done.stderr).toMatchObject({ code: 0 });
  });
});

describe('a deploy that was cut off', () => {
  it(
    'is finished as it was judged, whatever rows its first half wrote',
    { tags: 'slow' },
    async () => {
      const cut = await openMigratedShop();
      const reader = new pg.Client({ connectionString: cut.database.url });
      await reader.connect();
      try {
        cut.addMigration(
          '29990101000000_copies',
          'create table copies as select n as id from generate_series(1, 50000) n;\n',
        );
        cut.addMigration('29990102000000_items', 'alter table items add column copy integer;\n');
        const index = 'create index copies_id on copies (id);\n';
        cut.addMigration('29990103000000_index', index);
        await reader.query('begin; select count(*) from items');
        const short = ['--lock-timeout', '200', '--lock-attempts', '1'];
        const first = await cut.migrator('deploy', ...short);
        expect(first.stderr).toContain('MIGRATOR.LOCK_UNAVAILABLE');
        await reader.query('commit');
        expect(await cut.migrator('lint')).toMatchObject({ code: 3 });
        // What is changed meanwhile is judged as it is now.
        cut.addMigration('29990103000000_index', `${index}${index.replace('_id', '_id_again')}`);
        expect((await cut.migrator('deploy')).stderr).toContain('MIGRATOR.LINT_FAILED');
        cut.addMigration('29990103000000_index', index);
        const second = await cut.migrator('deploy', '--json');
        expect(second, second.stderr).toMatchObject({ code: 0 });
        expect(JSON.parse(second.stdout)).toMatchObject({
          migrations: ['29990102000000_items', '29990103000000_index'],
        });
      } finally {
        await reader.end();
        await cut.remove();
      }
    },
  );
});
