/** @module-tag slow */
import { execFile, execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { copyWorkspace, type WorkspaceCopy } from './test/copy-workspace.ts';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '..');
const program = path.join(root, 'tooling/schema-release/bin/schema-release.mjs');
const PATH = `${path.join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;

interface Affected {
  readonly packages: readonly {
    readonly packageName: string;
    readonly why: string;
    readonly tasks: readonly string[];
  }[];
  readonly schema: readonly {
    readonly domain: string;
    readonly bump: string;
    readonly subjects: readonly string[];
    readonly consumers: readonly { readonly domain: string }[];
  }[];
  readonly mustKnow: readonly string[];
}

let copy: WorkspaceCopy;

beforeAll(() => {
  copy = copyWorkspace();
  git('checkout', '-qb', 'main');
  git('add', '-A');
  git('commit', '-qm', 'before');
});

afterEach(() => {
  git('reset', '-q', '--hard');
  git('clean', '-qfd');
});

afterAll(() => copy.remove());

function git(...args: string[]) {
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  execFileSync('git', [...author, ...args], { cwd: copy.folder });
}

function append(file: string, text: string) {
  appendFileSync(path.join(copy.folder, file), text);
}

async function affected(): Promise<Affected> {
  return JSON.parse(await told('--json')) as Affected;
}

async function told(...args: string[]): Promise<string> {
  const options = { cwd: copy.folder, env: { ...process.env, PATH } };
  return (await run(process.execPath, [program, 'affected', ...args], options)).stdout;
}

function names({ packages }: Affected, task?: string): string[] {
  return packages
    .filter(({ tasks }) => task === undefined || tasks.includes(task))
    .map(({ packageName }) => packageName.replace('@holovitals/', ''));
}

const DOMAINS = ['ai', 'billing', 'clinical', 'compliance', 'ehr', 'identity'];

describe('what a change touches', () => {
  it('of a fragment: its domain, the database, the migrator, and all that compiles against it', async () => {
    const file = path.join(copy.folder, 'packages/identity/prisma/users.prisma');
    const fragment = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      fragment.replace(/^model User \{\n/m, '$&  /// @pii\n  nickname String?\n'),
    );
    const found = await affected();
    expect(names(found)).toEqual(expect.arrayContaining([...DOMAINS, 'database', 'migrator']));
    expect(names(found, 'migrate')).toEqual(['migrator']);
    expect(names(found, 'compose')).toEqual(['database']);
    expect(names(found)).not.toContain('postgres');
    expect(found.schema).toMatchObject([{ domain: 'identity', subjects: ['User.nickname'] }]);
    const leading = new Set(found.schema[0]?.consumers.map(({ domain }) => domain));
    expect([...leading].sort()).toEqual(['ai', 'billing', 'clinical', 'compliance', 'ehr']);
    expect(found.mustKnow).toEqual(
      expect.arrayContaining(['@holovitals/identity', '@holovitals/ehr']),
    );
    expect(await told()).toMatch(
      /identity: a \w+ release.*: User\.nickname\n {4}clinical leads to it by /,
    );
  });

  it.each([
    ['an SQL object', 'packages/clinical/sql/patient-access.sql', '\n-- edited\n'],
    ['a seed', 'packages/ai/seeds/10-analysis-queues.json', '\n'],
  ])('of %s: the database and the migrator, and no schema', async (_, file, text) => {
    append(file, text);
    const found = await affected();
    expect(names(found, 'test')).toEqual(expect.arrayContaining(['database', 'api']));
    expect(names(found, 'migrate')).toEqual(['migrator']);
    expect(found.schema).toEqual([]);
  });

  it('of a migration: the database and those who test on it', async () => {
    append('packages/database/prisma/migrations/20261123224521_baseline/migration.sql', '\n-- x\n');
    const found = await affected();
    expect(names(found, 'test')).toEqual(expect.arrayContaining(['database']));
    expect(names(found)).not.toContain('schema-composer');
  });

  it('of a source: its package and what imports it, not the database', async () => {
    append('packages/compliance/src/index.ts', '\n// edited\n');
    const found = await affected();
    const touched = names(found, 'test');
    expect(touched).toEqual(expect.arrayContaining(['compliance', 'ehr', 'ai', 'api']));
    for (const other of ['clinical', 'identity', 'database', 'migrator', 'errors']) {
      expect(touched).not.toContain(other);
    }
    expect(found.mustKnow).toContain('@holovitals/compliance');
    expect(found.mustKnow).not.toContain('@holovitals/clinical');
  });

  it('of a new file that git does not know: the same', async () => {
    append('packages/compliance/src/new-file.ts', 'export const added = 1;\n');
    expect(names(await affected(), 'test')).toContain('compliance');
  });

  it('of a README: nothing is compiled, and its owner knows', async () => {
    append('packages/clinical/README.md', '\nEdited.\n');
    const { packages, mustKnow } = await affected();
    expect(packages).toMatchObject([
      { packageName: '@holovitals/clinical', why: 'changed', tasks: ['test'] },
    ]);
    expect(mustKnow).toEqual(['@holovitals/clinical']);
  });

  it('of what everything reads: everything', async () => {
    append('pnpm-workspace.yaml', '\n# edited\n');
    const found = await affected();
    expect(names(found, 'test')).toEqual(
      expect.arrayContaining([...DOMAINS, 'errors', 'migrator', 'postgres', 'schema-composer']),
    );
  });

  it('of nothing: nothing', async () => {
    expect(await told()).toMatch(/^Nothing differs from [0-9a-f]{10}\.\n$/);
  });
});
