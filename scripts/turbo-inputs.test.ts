/** @module-tag slow */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyWorkspace, type WorkspaceCopy } from './test/copy-workspace.ts';

let copy: WorkspaceCopy;
let before: ReadonlyMap<string, string>;

beforeAll(async () => {
  copy = copyWorkspace();
  before = await hashes();
});

afterAll(() => copy.remove());

/** The hash of each task that compiles, by its id: a changed hash means that the task runs again. */
async function hashes(): Promise<ReadonlyMap<string, string>> {
  const tasks = ['build', 'check-types', 'compose', 'generate'];
  const stdout = await copy.turbo('run', ...tasks, '--dry=json');
  const planned = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    tasks: { taskId: string; hash: string; command: string }[];
  };
  return new Map(
    planned.tasks
      .filter(({ command }) => command !== '<NONEXISTENT>')
      .map(({ taskId, hash }) => [taskId, hash]),
  );
}

/** Which packages compile again after a file was added to. */
async function rerunAfter(file: string, text: string): Promise<string[]> {
  appendFileSync(path.join(copy.folder, file), text);
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
