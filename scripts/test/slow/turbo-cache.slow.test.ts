/** @module-tag slow */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyWorkspace, type WorkspaceCopy } from '../copy-workspace.ts';

const TASKS = ['build', 'check-types'];
/** Files that tasks make, by which the whole platform runs. */
const OUTPUTS = [
  'packages/database/prisma/schema.prisma',
  'packages/database/prisma/schema.manifest.json',
  'packages/database/src/generated/client/client.ts',
  'packages/database/dist/index.js',
  'packages/errors/dist/index.js',
  'apps/migrator/dist/index.js',
  'apps/api/dist/main.js',
];

interface Counts {
  readonly attempted: number;
  readonly cached: number;
  readonly failed: number;
}

let copy: WorkspaceCopy;

beforeAll(() => {
  copy = copyWorkspace({ installed: true });
});

afterAll(() => copy.remove());

/** Runs tasks; answers how many there were, and how many came from the cache. */
async function run(...args: string[]): Promise<Counts> {
  const runs = path.join(copy.folder, '.turbo/runs');
  rmSync(runs, { recursive: true, force: true });
  await copy.turbo('run', ...args, '--summarize', '--output-logs=errors-only');
  const [summary = ''] = readdirSync(runs);
  const { execution } = JSON.parse(readFileSync(path.join(runs, summary), 'utf8')) as {
    execution: Counts;
  };
  return execution;
}

const readAll = () => OUTPUTS.map((file) => readFileSync(path.join(copy.folder, file), 'utf8'));

describe('turbo’s cache', () => {
  it('serves a second run whole, and gives outputs that were deleted back', async () => {
    const first = await run(...TASKS);
    expect(first).toMatchObject({ cached: 0, failed: 0 });
    expect(first.attempted).toBeGreaterThan(25);
    expect(await run(...TASKS)).toMatchObject({
      attempted: first.attempted,
      cached: first.attempted,
    });
    const made = readAll();
    for (const file of OUTPUTS) {
      const folder = /.*\/(?:dist|generated)(?=\/)/.exec(file)?.[0];
      rmSync(path.join(copy.folder, folder ?? file), { recursive: true, force: true });
    }
    expect(OUTPUTS.filter((file) => existsSync(path.join(copy.folder, file)))).toEqual([]);
    expect(await run(...TASKS)).toMatchObject({ cached: first.attempted });
    expect(readAll()).toEqual(made);
  });

  it('serves tests that passed', async () => {
    const tests = ['test', '--filter=@holovitals/errors', '--filter=@holovitals/billing'];
    const { attempted } = await run(...tests);
    expect(await run(...tests)).toMatchObject({ attempted, cached: attempted });
  });

  it('never serves a migration, or a test against what the host has', async () => {
    for (const task of ['migrate', 'test:slow', 'test:system']) {
      const planned = JSON.parse(await copy.turbo('run', task, '--dry=json')) as {
        tasks: { task: string; resolvedTaskDefinition: { cache: boolean } }[];
      };
      const caches = planned.tasks
        .filter((each) => each.task === task)
        .map(({ resolvedTaskDefinition }) => resolvedTaskDefinition.cache);
      expect(caches.length).toBeGreaterThan(0);
      expect(caches).not.toContain(true);
    }
  });
});
