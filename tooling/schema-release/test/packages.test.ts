import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkChangesets, compareSchemas, readSchema, writeMissing } from '../src/index.ts';
import { openWorkspace, type TestWorkspace } from './open-workspace.ts';

const GOODS = `enum Sort {
  A
  B
}

model Item {
  id   Int     @id
  code Int     @unique
  name String?
  sort Sort
}
`;
const SALES = `model Order {
  id     Int  @id
  sort   Sort
  itemId Int
  /// @inverse orders
  item   Item @relation(fields: [itemId], references: [code])
}
`;
const STAFF = 'model Person {\n  id Int @id\n}\n';

let workspace: TestWorkspace;

beforeEach(() => {
  workspace = openWorkspace({ goods: [], sales: ['goods'], staff: [] });
  workspace.fragment('goods', GOODS);
  workspace.fragment('sales', SALES);
  workspace.fragment('staff', STAFF);
  workspace.write('.changeset/config.json', JSON.stringify({ baseBranch: 'main' }));
  workspace.git('init', '-qb', 'main');
  workspace.commit('first');
});

afterEach(() => workspace.remove());

async function compare() {
  return compareSchemas(await readSchema(workspace.root, 'HEAD'), await readSchema(workspace.root));
}

async function bumps() {
  const { packages } = await compare();
  return Object.fromEntries(packages.map(({ domain, bump }) => [domain, bump]));
}

describe('a change in one domain', () => {
  it('demands nothing of anybody where nothing changed', async () => {
    expect(await compare()).toMatchObject({ packages: [], whole: 'none', rollout: 'any' });
  });

  it('demands of others what they name, and a patch where they only lead there', async () => {
    workspace.fragment('goods', GOODS.replace('name String?', ''));
    expect(await bumps()).toEqual({ goods: 'major', sales: 'patch' });
    workspace.fragment('goods', GOODS.replace('  B\n', '  B\n  C\n'));
    expect(await bumps()).toEqual({ goods: 'minor', sales: 'minor' });
    workspace.fragment('goods', GOODS.replace('code Int ', 'code BigInt '));
    workspace.fragment('sales', SALES.replace('itemId Int', 'itemId BigInt'));
    expect(await bumps()).toEqual({ goods: 'major', sales: 'major' });
  });

  it('demands nothing of them where it is an addition', async () => {
    workspace.fragment('goods', GOODS.replace('name String?', 'name String?\n  size Int?'));
    expect(await bumps()).toEqual({ goods: 'minor' });
  });

  it('belongs to the domain that writes the relation, on both of its sides', async () => {
    workspace.fragment('sales', SALES.replace('@inverse orders', '@inverse allOrders'));
    const { packages } = await compare();
    expect(packages.map(({ domain }) => domain)).toEqual(['sales']);
    expect(packages[0]?.changes.map(({ subject }) => subject)).toEqual([
      'Item.orders',
      'Item.allOrders',
    ]);
  });

  it('is told at both ends where a model moves', async () => {
    workspace.fragment('sales', SALES + STAFF);
    workspace.fragment('staff', 'model Team {\n  id Int @id\n}\n');
    expect(await bumps()).toEqual({ sales: 'minor', staff: 'major' });
  });

  it('means less below 1.0.0', async () => {
    const before = await readSchema(workspace.root);
    workspace.fragment('goods', GOODS.replace('name String?', ''));
    for (const [version, bump] of [
      ['0.0.7', 'patch'],
      ['0.4.7', 'minor'],
      ['1.0.0-beta.1', 'major'],
    ] as const) {
      const after = await readSchema(workspace.root);
      const packages = { ...after.packages, goods: { version, rules: {} } };
      const found = compareSchemas(before, { ...after, packages }).packages[0];
      expect({ version, bump: found?.bump, demand: found?.demand }).toEqual({
        version,
        bump,
        demand: 'major',
      });
    }
  });

  it('is judged by the package’s own rules, which need a reason', async () => {
    const file = path.join(workspace.root, 'packages/goods/package.json');
    const json = JSON.parse(readFileSync(file, 'utf8')) as object;
    const rules = (rule: object) =>
      writeFileSync(file, JSON.stringify({ ...json, schemaRelease: { rules: rule } }));
    workspace.fragment('goods', GOODS.replace('name String?', ''));
    rules({ FIELD_REMOVED: { bump: 'minor', reason: 'Nobody outside uses it.' } });
    expect(await bumps()).toEqual({ goods: 'minor' });
    for (const wrong of [
      { FIELD_REMOVED: { bump: 'minor' } },
      { FIELD_REMOVED: { bump: 'huge', reason: 'x' } },
      { FIELD_LOST: { bump: 'minor', reason: 'x' } },
    ]) {
      rules(wrong);
      await expect(bumps()).rejects.toMatchObject({ code: 'RELEASE.RULES_INVALID' });
    }
  });
});

describe('migrations', () => {
  it('go out together where some want to go before and some after the code', async () => {
    workspace.fragment('goods', GOODS.replace('name String?', 'title String?'));
    const { packages, rollout } = await compare();
    expect(packages[0]?.changes.map((change) => change.rollout).sort()).toEqual([
      'after',
      'before',
    ]);
    expect(rollout).toBe('together');
  });
});

describe('a likely rename', () => {
  it('is named with its likeness, and guessed no further', async () => {
    workspace.fragment('goods', GOODS.replace('name String?', 'names String?'));
    const removed = (await compare()).packages[0]?.changes.find(
      ({ rule }) => rule === 'FIELD_REMOVED',
    );
    expect(removed?.likelyRename).toMatchObject({ to: 'names' });
    expect(removed?.likelyRename?.confidence).toBeGreaterThan(0.8);
  });

  it('is none where types differ', async () => {
    workspace.fragment('goods', GOODS.replace('name String?', 'names Int?'));
    const changes = (await compare()).packages[0]?.changes ?? [];
    expect(changes.filter(({ likelyRename }) => likelyRename !== undefined)).toEqual([]);
  });
});

describe('changesets', () => {
  const changeset = (name: string, bump: string) =>
    workspace.write(`.changeset/${name}.md`, `---\n'@shop/${name}': ${bump}\n---\n\nWords.\n`);
  const whole = { packageName: '@shop/store' };
  const check = async () => checkChangesets(workspace.root, 'HEAD', await compare(), whole);

  it('are missing until they say as much as the schema, for the whole schema too', async () => {
    workspace.fragment('goods', GOODS.replace('name String?', ''));
    expect((await check()).missing).toMatchObject([
      { packageName: '@shop/goods', demanded: 'major', present: 'none' },
      { packageName: '@shop/sales', demanded: 'patch', present: 'none' },
      { packageName: '@shop/store', demanded: 'major', present: 'none' },
    ]);
    changeset('goods', 'minor');
    changeset('sales', 'minor');
    changeset('store', 'major');
    expect((await check()).missing).toMatchObject([
      { packageName: '@shop/goods', demanded: 'major', present: 'minor' },
    ]);
    changeset('goods', 'major');
    expect(await check()).toEqual({ ok: true, missing: [] });
  });

  it('of the release before do not count', async () => {
    changeset('goods', 'major');
    workspace.commit('a changeset');
    workspace.fragment('goods', GOODS.replace('name String?', 'name String?\n  size Int?'));
    expect((await check()).missing).toMatchObject([
      { packageName: '@shop/goods', demanded: 'minor', present: 'none' },
      { packageName: '@shop/store' },
    ]);
  });

  it('are drafted so that the check is content', async () => {
    workspace.fragment('goods', GOODS.replace('name String?', ''));
    const files = await writeMissing(workspace.root, await check());
    expect(files).toHaveLength(3);
    expect(readdirSync(path.join(workspace.root, '.changeset'))).toHaveLength(4);
    const text = readFileSync(path.join(workspace.root, files[0] ?? ''), 'utf8');
    expect(text).toMatch(/['"]@shop\/goods['"]: major/);
    expect(text).toContain('Item.name: name is removed.');
    expect(await check()).toEqual({ ok: true, missing: [] });
  });
});

describe('a schema', () => {
  it('is read from a revision, a tag, a manifest and a plain file alike', async () => {
    workspace.git('tag', 'v1');
    const { root } = workspace;
    const { manifest } = await readSchema(root, 'v1');
    workspace.write('kept.json', JSON.stringify(manifest));
    expect((await readSchema(root, 'kept.json')).manifest).toEqual(manifest);
    workspace.write(
      'plain.prisma',
      `datasource db {\n  provider = "postgresql"\n  url = env("X")\n}\n\n${GOODS}`,
    );
    const plain = await readSchema(root, 'plain.prisma');
    expect(plain.manifest.models.map(({ name }) => name)).toEqual(['Item']);
    expect(plain.manifest.models[0]?.source.file).toBe('plain.prisma');
    workspace.write('faulty.prisma', 'model Item {\n  id Wrong @id\n}\n');
    await expect(readSchema(root, 'faulty.prisma')).rejects.toMatchObject({
      why: expect.stringContaining('faulty.prisma:2:') as string,
    });
  });

  it('is refused in words where it is none', async () => {
    const { root } = workspace;
    await expect(readSchema(root, 'nowhere')).rejects.toMatchObject({
      code: 'RELEASE.REVISION_UNKNOWN',
    });
    await expect(readSchema(root, '--output=x')).rejects.toMatchObject({
      code: 'RELEASE.REVISION_UNKNOWN',
    });
    await expect(readSchema(root, 'nowhere.json')).rejects.toMatchObject({
      code: 'RELEASE.REVISION_UNKNOWN',
    });
    workspace.fragment('goods', 'model Item {\n  id Wrong @id\n}\n');
    await expect(readSchema(root)).rejects.toMatchObject({ code: 'RELEASE.SCHEMA_INVALID' });
  });
});
