import { execFile, execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '..');
const turbo = path.join(root, 'node_modules/.bin/turbo');

/** A copy of what git knows of the workspace, to be edited. */
let copy: string;
let before: ReadonlyMap<string, string>;

beforeAll(async () => {
  copy = mkdtempSync(path.join(os.tmpdir(), 'turbo-inputs-'));
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', listed, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  for (const file of new Set(files.split('\0').filter((each) => each !== ''))) {
    cpSync(path.join(root, file), path.join(copy, file), { force: true, errorOnExist: false });
  }
  execFileSync('git', ['init', '-q'], { cwd: copy });
  before = await hashes();
});

afterAll(() => {
  rmSync(copy, { recursive: true });
});

/** The hash of each task that compiles, by its id: a changed hash means that the task runs again. */
async function hashes(): Promise<ReadonlyMap<string, string>> {
  const args = ['run', 'build', 'check-types', 'compose', 'generate', '--dry=json'];
  const env = { ...process.env, DO_NOT_TRACK: '1' };
  const { stdout } = await run(turbo, args, { cwd: copy, env, maxBuffer: 2 ** 28 });
  const { tasks } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    tasks: { taskId: string; hash: string; command: string }[];
  };
  return new Map(
    tasks
      .filter(({ command }) => command !== '<NONEXISTENT>')
      .map(({ taskId, hash }) => [taskId, hash]),
  );
}

/** Which packages compile again after a file was added to. */
async function rerunAfter(file: string, text: string): Promise<string[]> {
  appendFileSync(path.join(copy, file), text);
  const after = await hashes();
  const changed = [...after].filter(([task, hash]) => before.get(task) !== hash);
  before = after;
  const names = changed.map(([task]) => task.replace(/^@holovitals\/|#.*$/g, ''));
  return [...new Set(names)].sort();
}

const DOMAINS = ['ai', 'billing', 'clinical', 'compliance', 'ehr', 'identity'];

describe('what compiles again', () => {
  it('after a fragment: the database, every domain, and what depends on them', async () => {
    const packages = await rerunAfter('packages/billing/prisma/payments.prisma', '\n// edited\n');
    expect(packages).toEqual(expect.arrayContaining([...DOMAINS, 'database', 'api']));
    for (const untouched of ['errors', 'migrator', 'postgres', 'schema-composer', 'client']) {
      expect(packages).not.toContain(untouched);
    }
  });

  it('after a source: its package and what depends on it', async () => {
    const packages = await rerunAfter('packages/compliance/src/index.ts', '\n// edited\n');
    expect(packages).toEqual(expect.arrayContaining(['compliance', 'ehr', 'ai', 'billing', 'api']));
    for (const untouched of ['clinical', 'identity', 'database', 'errors', 'migrator']) {
      expect(packages).not.toContain(untouched);
    }
  });

  it('after a README: nothing', async () => {
    expect(await rerunAfter('packages/clinical/README.md', '\nEdited.\n')).toEqual([]);
    expect(await rerunAfter('README.md', '\nEdited.\n')).toEqual([]);
  });
});
