/** @module-tag slow */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commitShop, type ShopRepository } from '../shop-branches.ts';
import { openMigratedShop, type Shop } from '../shop-workspace.ts';

let shop: Shop;
let repository: ShopRepository;

beforeEach(async () => {
  shop = await openMigratedShop();
  repository = commitShop(shop);
});

afterEach(() => shop.remove());

const OURS = '29990101000000_our "odd" näme';
const THEIRS = '29990201000000_theirs';

/** Two branches that both added a migration; ours is checked out. */
function branches(ours: string, theirs: string): void {
  repository.git('switch', '-qc', 'ours');
  repository.add(OURS, ours);
  repository.git('switch', '-q', 'main');
  repository.add(THEIRS, theirs);
  repository.git('switch', '-q', 'ours');
}

interface Result {
  readonly renamed: { from: string; to: string }[];
}

async function rebased(...args: string[]): Promise<Result> {
  const run = await shop.migrator('rebase', '--json', ...args);
  expect(run).toMatchObject({ code: 0 });
  return JSON.parse(run.stdout) as Result;
}

const folders = () =>
  readdirSync(shop.migrations, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
const sums = () => shop.read('db/migrations.sum');

describe('rebase', () => {
  it('puts ours after theirs during a merge, a rebase, and before and after either', async () => {
    branches(
      `create table "Our ""odd""" (id serial primary key, made timestamptz default now());
       insert into "Our ""odd""" default values;`,
      `alter table items add column shelf text default 'left'`,
    );
    const dry = await rebased('--dry-run');
    const [{ to } = { to: '' }] = dry.renamed;
    expect(dry.renamed).toEqual([{ from: OURS, to: '29990201000001_our "odd" näme' }]);
    expect(folders()).toContain(OURS);

    expect(repository.git('merge', 'main')).toContain('migrations.sum');
    expect(sums()).toContain('<<<<<<<');
    expect(await rebased()).toMatchObject({ renamed: dry.renamed });
    expect(folders().slice(-2)).toEqual([THEIRS, to]);
    expect(sums().split('\n')).toHaveLength(4);
    repository.commit('merged');
    expect(repository.git('status', '--porcelain')).toBe('');
    expect(await rebased()).toMatchObject({ renamed: [] });
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(JSON.parse((await shop.migrator('status', '--json')).stdout)).toMatchObject({
      ...{ upToDate: true, unsealed: [], outOfOrder: [] },
    });

    repository.git('reset', '-q', '--hard', 'HEAD^');
    expect(repository.git('rebase', 'main')).toContain('migrations.sum');
    expect(await rebased()).toMatchObject({ renamed: dry.renamed });
    repository.git('add', '-A');
    repository.git('-c', 'core.editor=true', 'rebase', '--continue');
    expect(repository.git('log', '--format=%s')).toBe(`${OURS}\n${THEIRS}\nfirst\n`);
    expect(folders().slice(-2)).toEqual([THEIRS, to]);
  });

  it('finds what was merged without it, and can be cut off between two renames', async () => {
    branches('create table a (x int)', 'create table b (x int)');
    repository.git('merge', '-q', '-X', 'ours', 'main');
    // As if the last of two had its new name already.
    repository.add('29990201000002_second', 'create table c (x int)');
    const { renamed } = await rebased();
    expect(renamed.map(({ to }) => to.slice(15))).toEqual(['our "odd" näme', 'second']);
    expect(folders().slice(-3)).toEqual([THEIRS, ...renamed.map(({ to }) => to)]);
  });

  it('names the domain and changes nothing where the order decides, and takes chance for none', async () => {
    const row = (name: string) =>
      `insert into items (id, name, price_cents, updated_at) values (gen_random_uuid(), '${name}', 1, now())`;
    const cases = [
      [
        `alter table items rename price_cents to cents`,
        `alter table items add column cents int`,
        /migration 2999\d+_our.*\(of catalog; .*\), ours after theirs: does not run: Line 1 /,
      ],
      [
        `alter table items alter name set default 'ours'`,
        `alter table items alter name set default 'theirs'`,
        /column public\.items\.name \(of catalog; 29990201000000_theirs, 2999.*our/,
      ],
      [row('secret'), `update items set price_cents = 2`, /rows of public\.items \(of catalog; /],
    ] as const;
    for (const [ours, theirs, told] of cases) {
      branches(ours, theirs);
      const before = [folders(), sums()];
      const run = await shop.migrator('rebase');
      expect(run.stderr).toContain('MIGRATOR.REBASE_CONFLICT');
      expect(run.stderr).toMatch(told);
      expect(run.stderr).not.toContain('secret');
      expect(run.code).toBe(3);
      expect([folders(), sums()]).toEqual(before);
      repository.git('switch', '-q', 'main');
      repository.git('branch', '-qD', 'ours');
      repository.git('reset', '-q', '--hard', 'HEAD^');
    }
    branches(row('a'), 'create table b (x int)');
    expect((await rebased('--onto', 'main')).renamed).toHaveLength(1);
  });

  it('refuses what it could break', async () => {
    const refuse = async (code: string, exit: number, ...args: string[]) => {
      const run = await shop.migrator('rebase', ...args);
      expect(run.stderr).toContain(code);
      expect(run.code).toBe(exit);
    };
    await refuse('GIT_UNREADABLE', 2, '--onto', 'nowhere');
    await refuse('GIT_UNREADABLE', 2, '--onto=--output=/tmp/history-evil');
    expect(existsSync('/tmp/history-evil')).toBe(false);
    branches('create table a (x int)', 'create table b (x int)');
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    const applied = await shop.migrator('rebase');
    expect(applied.stderr).toContain('MIGRATOR.REBASE_APPLIED');
    expect(applied.stderr).toContain('rollback --steps 1');
    expect(folders()).toContain(OURS);
    expect(await shop.migrator('rollback')).toMatchObject({ code: 0 });
    const first = folders()[0] ?? '';
    shop.write(`db/migrations/${first}/migration.sql`, 'select 1;');
    await refuse('REBASE_REFUSED', 3);
    repository.git('checkout', '-q', '--', '.');
    rmSync(path.join(shop.migrations, OURS, 'down.sql'));
    await refuse('MIGRATION_UNSEALED', 2);
    repository.git('checkout', '-q', '--', '.');
    rmSync(path.join(shop.root, '.git'), { recursive: true });
    await refuse('GIT_UNREADABLE', 2);
    expect(readFileSync(path.join(shop.migrations, OURS, 'migration.sql'), 'utf8')).toContain('a');
  });
});
