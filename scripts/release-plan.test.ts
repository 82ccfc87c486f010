/** @module-tag slow */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyWorkspace, type WorkspaceCopy } from './test/copy-workspace.ts';

const root = path.join(import.meta.dirname, '..');
const schemaRelease = path.join(root, 'tooling/schema-release/bin/schema-release.mjs');

let copy: WorkspaceCopy;

beforeAll(() => {
  copy = copyWorkspace();
  symlinkSync(path.join(root, 'node_modules'), path.join(copy.folder, 'node_modules'));
  for (const file of readdirSync(path.join(copy.folder, '.changeset'))) {
    if (file.endsWith('.md')) rmSync(path.join(copy.folder, '.changeset', file));
  }
  run('git', 'checkout', '-qb', 'main');
  // Commits and tags are somebody's, also where the machine knows nobody.
  run('git', 'config', 'user.name', 'test');
  run('git', 'config', 'user.email', 'test@example.org');
  commit('before');
});

afterAll(() => copy.remove());

function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { cwd: copy.folder, encoding: 'utf8', stdio: 'pipe' });
}

function commit(message: string) {
  run('git', 'add', '-A', '--', ':!node_modules');
  run('git', 'commit', '-qm', message);
}

function edit(file: string, change: (text: string) => string) {
  const target = path.join(copy.folder, file);
  writeFileSync(target, change(readFileSync(target, 'utf8')));
}

function versionOf(folder: string): string {
  const file = path.join(copy.folder, folder, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

const PACKAGES = [
  'ai',
  'billing',
  'clinical',
  'compliance',
  'database',
  'ehr',
  'errors',
  'identity',
];

/** Besides the packages: what is packed or served. */
const PROGRAMS = [
  ...['api', 'client', 'migrator', 'postgres'],
  ...['schema-atlas', 'schema-composer', 'schema-engine', 'schema-release'],
];

/** What no release is made of. */
const INTERNAL = ['bench', 'eslint-config', 'scripts', 'tsconfig', 'vitest-config'];

describe('a release', () => {
  it('of a field of billing releases billing and the database, and nothing else', () => {
    const before = new Map(PACKAGES.map((name) => [name, versionOf(`packages/${name}`)]));
    const others = ['apps/api', 'apps/migrator', 'tooling/schema-composer', 'packages/client'];
    const untouched = new Map(others.map((folder) => [folder, versionOf(folder)]));
    edit('packages/billing/prisma/payments.prisma', (text) =>
      text.replace(/^model PaymentIntent \{\n/m, '$&  /// @public\n  channelCode String?\n'),
    );
    run(process.execPath, schemaRelease, 'check', '--since', 'main', '--write');
    commit('a field');
    run(path.join(root, 'node_modules/.bin/changeset'), 'version');
    const raised = PACKAGES.filter((name) => versionOf(`packages/${name}`) !== before.get(name));
    expect(raised).toEqual(['billing', 'database']);
    expect(versionOf('packages/billing')).toBe('1.1.0');
    expect(versionOf('packages/database')).toBe('1.1.0');
    for (const [folder, version] of untouched) expect(versionOf(folder), folder).toBe(version);
  });

  it('tells in its changelogs what changed in the schema', () => {
    run(process.execPath, schemaRelease, 'changelog', '--since', 'main~1', '--write');
    const changelog = (name: string) =>
      readFileSync(path.join(copy.folder, 'packages', name, 'CHANGELOG.md'), 'utf8');
    expect(changelog('billing')).toMatch(
      /## 1\.1\.0\n\n### Schema\n[\s\S]*`PaymentIntent\.channelCode`/,
    );
    expect(changelog('database')).toMatch(/## 1\.1\.0\n\n### Migration plan\n/);
  });

  it('tags no package that is only for this repository, and leaves its version alone', () => {
    for (const name of INTERNAL) {
      const text = `---\n'@holovitals/${name}': minor\n---\n\nMore.\n`;
      writeFileSync(path.join(copy.folder, `.changeset/${name}.md`), text);
    }
    run(path.join(root, 'node_modules/.bin/changeset'), 'version');
    commit('versions');
    run(path.join(root, 'node_modules/.bin/changeset'), 'tag');
    const tagged = run('git', 'tag').trim().split('\n');
    const names = new Set(tagged.map((tag) => tag.replace(/^@holovitals\/(.+)@[\d.]+$/, '$1')));
    expect([...names].sort()).toEqual([...PACKAGES, ...PROGRAMS].sort());
    expect(tagged).toContain('@holovitals/billing@1.1.0');
    for (const folder of ['bench', 'scripts', 'tooling/tsconfig']) {
      expect(versionOf(folder)).toBe('0.0.0');
    }
  });
});
