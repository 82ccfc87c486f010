import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, type TestWorkspace } from './open-workspace.ts';

const program = path.join(import.meta.dirname, '../bin/schema-release.mjs');
const MIGRATIONS = 'packages/store/prisma/migrations';

let workspace: TestWorkspace;

beforeEach(() => {
  workspace = openWorkspace({ goods: [], orders: ['goods'] });
  workspace.fragment('goods', 'model Item {\n  id Int @id\n}\n');
  workspace.fragment('orders', 'model Order {\n  id Int @id\n}\n');
  migration('1_first', ['goods', 'orders'], true);
  workspace.git('init', '-qb', 'main');
  workspace.commit('first');
});

afterEach(() => workspace.remove());

function migration(name: string, domains: readonly string[], reversible: boolean) {
  workspace.write(`${MIGRATIONS}/${name}/migration.sql`, 'select 1;\n');
  workspace.write(`${MIGRATIONS}/${name}/meta.json`, JSON.stringify({ domains, reversible }));
}

function changelog(...args: string[]): string {
  const command = [program, 'changelog', ...args];
  return execFileSync(process.execPath, command, {
    cwd: workspace.root,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

function read(file: string): string {
  return readFileSync(path.join(workspace.root, file), 'utf8');
}

/** A release of goods that adds a field, with what `changeset version` would write. */
function changeGoods() {
  workspace.git('tag', '@shop/store@2.3.0');
  workspace.fragment('goods', 'model Item {\n  id Int @id\n  size_in_cm Int?\n}\n');
  migration('2_size', ['goods'], true);
  workspace.write('packages/goods/CHANGELOG.md', entry('@shop/goods', 'Items have a size.'));
  workspace.write('packages/store/CHANGELOG.md', entry('@shop/store', 'The schema changed.'));
}

function entry(name: string, words: string): string {
  return `# ${name}\n\n## 2.3.0\n\n### Minor Changes\n\n- ${words}\n\n## 2.2.0\n\n- Older.\n`;
}

describe('changelog', () => {
  it('tells of everything before the first release', () => {
    const told = changelog();
    expect(told).toContain('- `Item`: Item is new.');
    expect(told).toContain('## @shop/store 2.3.0\n\n### Migration plan');
    expect(told).toContain('1. `1_first`: goods, orders; reversible');
  });

  it('tells of what changed since the last one, with the locks of a plan', () => {
    changeGoods();
    const plan = {
      migrations: [
        {
          name: '2_size',
          statements: [
            { locks: [{ relation: 'public.a', mode: 'SHARE', blocks: ['writes'] }] },
            {
              locks: [
                { relation: 'public.item', mode: 'ACCESS EXCLUSIVE', blocks: ['reads', 'writes'] },
              ],
            },
          ],
        },
      ],
    };
    workspace.write('plan.json', JSON.stringify(plan));
    const told = changelog('--plan', path.join(workspace.root, 'plan.json'));
    expect(told).toContain('- `Item.size_in_cm`: ');
    expect(told).not.toContain('1_first');
    expect(told).not.toContain('@shop/orders');
    expect(told).toContain(
      '`2_size`: goods; ACCESS EXCLUSIVE on public.item, reads and writes wait; reversible',
    );
    expect(told).toContain('migrations go out before the code');
  });

  it('is written below the version, once, however often', () => {
    changeGoods();
    changelog('--write');
    const once = read('packages/goods/CHANGELOG.md');
    expect(once).toMatch(
      /^# @shop\/goods\n\n## 2\.3\.0\n\n### Schema\n\n[\s\S]+\n\n### Minor Changes\n\n- Items have a size\.\n\n## 2\.2\.0\n\n- Older\.\n$/,
    );
    changelog('--write');
    expect(read('packages/goods/CHANGELOG.md')).toBe(once);
    expect(read('packages/store/CHANGELOG.md')).toContain('### Migration plan');
  });

  it('refuses where the version has no entry, and writes nothing', () => {
    changeGoods();
    const before = read('packages/goods/CHANGELOG.md');
    workspace.write('packages/store/CHANGELOG.md', '# @shop/store\n\n## 2.2.0\n');
    expect(() => changelog('--write')).toThrow(/RELEASE\.CHANGELOG_MISSING/);
    expect(read('packages/goods/CHANGELOG.md')).toBe(before);
  });

  it('refuses a plan that is none', () => {
    workspace.write('plan.json', '{"migrations": 7}');
    expect(() => changelog('--plan', path.join(workspace.root, 'plan.json'))).toThrow(
      /RELEASE\.PLAN_UNREADABLE/,
    );
  });

  it('has nothing to tell where nothing changed', () => {
    workspace.git('tag', '@shop/store@2.3.0');
    expect(changelog()).toBe('');
  });
});
