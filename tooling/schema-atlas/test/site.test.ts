import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTimelines } from '../src/history/timelines.ts';
import { readAtlas, writeSite, type Atlas } from '../src/index.ts';
import { openPlaces } from '../src/places.ts';
import { openShop, type Shop } from './open-shop.ts';

const program = path.join(import.meta.dirname, '../bin/schema-atlas.mjs');

let shop: Shop;
let atlas: Atlas;
let site: string;

beforeAll(async () => {
  shop = openShop();
  atlas = await readAtlas(shop.root);
  site = path.join(shop.root, 'atlas');
  await writeSite(atlas, site);
});

afterAll(() => shop.remove());

function read(file: string): string {
  return readFileSync(path.join(site, file), 'utf8');
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

function run(...args: string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd: shop.root }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

describe('the site', () => {
  it('has a page for each model, enum and domain', () => {
    expect(files(site).filter((file) => file.endsWith('.html'))).toEqual([
      'diagram.html',
      'domains/goods.html',
      'domains/sales.html',
      'enums/Kind.html',
      'index.html',
      'models/Item.html',
      'models/Order.html',
      'protection.html',
      'timeline.html',
    ]);
  });

  it('tells of a model what is known of it', () => {
    const page = read('models/Order.html');
    for (const fact of [
      '<code>orders</code>',
      '@shop/all',
      'packages/sales/prisma/models.prisma:3',
      'href="../models/Item.html"',
      'orders_item_id_idx',
      'closed',
      'Restrict',
    ]) {
      expect(page).toContain(fact);
    }
    expect(read('models/Item.html')).toContain('href="../enums/Kind.html"');
    expect(read('models/Item.html')).toContain('href="../models/Order.html"');
  });

  it('escapes what a schema says', () => {
    const page = read('models/Item.html');
    expect(page).toContain('&lt;script&gt;document.title');
    expect(page).toContain('Called &quot;name&quot; &amp; &lt;b&gt;title&lt;/b&gt;.');
    for (const file of files(site))
      expect(read(file), file).not.toContain('<script>document.title');
  });

  it('asks nothing of the network, and every link leads to a page', () => {
    for (const file of files(site).filter((each) => each.endsWith('.html'))) {
      const page = read(file);
      const links = [...page.matchAll(/(?:href|src)="([^"#]*)(?:#[^"]*)?"/g)].map(
        ([, to = '']) => to,
      );
      for (const link of links.filter((each) => each !== '')) {
        const target = path.join(site, path.dirname(file), link);
        expect({ file, link, exists: existsSync(target) }).toEqual({ file, link, exists: true });
      }
    }
  });

  it('is the same bytes for the same schema, and takes the place of an older one', async () => {
    const before = files(site).map((file) => [file, read(file)]);
    writeFileSync(path.join(site, 'models/Gone.html'), 'of a model that is no more');
    await writeSite(await readAtlas(shop.root), site);
    expect(files(site).map((file) => [file, read(file)])).toEqual(before);
  });

  it('gives names that differ in case only files of their own', () => {
    const [first] = atlas.manifest.models;
    if (first === undefined) throw new Error('The shop has no model.');
    const models = [first, { ...first, name: first.name.toUpperCase() }];
    const places = openPlaces({ ...atlas.manifest, models });
    const [one = '', other = ''] = models.map(({ name }) => places.model(name));
    expect(one.toLowerCase()).not.toBe(other.toLowerCase());
  });
});

describe('the history', () => {
  it('follows a column through its renaming', () => {
    const timelines = openTimelines(atlas.migrations);
    expect(timelines.of('items', 'title').map(({ what, migration }) => [what, migration])).toEqual([
      ['added', '20260101120000_first'],
      ['renamed from name', '20260201120000_second'],
    ]);
    expect(timelines.of('items', 'name')).toEqual([]);
    expect(timelines.of('orders', 'item_id')[0]?.time).toBe('2026-02-01 12:00');
    expect(timelines.of('kind', 'weight')[0]?.migration).toBe('20260201120000_second');
  });

  it('follows a table and its columns through its renaming, and forgets what was dropped', () => {
    const event = (kind: 'added' | 'removed', name: string, part: string | null) =>
      ({ kind, name, part }) as const;
    const entry = { time: null, domains: [], reversible: null, isRead: true } as const;
    const timelines = openTimelines([
      { ...entry, name: 'a', events: [event('added', 'old', null), event('added', 'old', 'x')] },
      { ...entry, name: 'b', events: [{ kind: 'renamed', name: 'new', part: null, from: 'old' }] },
      { ...entry, name: 'c', events: [event('removed', 'new', 'x')] },
      { ...entry, name: 'd', events: [event('added', 'new', 'x')] },
    ]);
    expect(timelines.of('new').map(({ migration }) => migration)).toEqual(['a', 'b']);
    expect(timelines.of('new', 'x').map(({ migration }) => migration)).toEqual(['d']);
  });

  it('says so where a migration does not parse', async () => {
    const other = openShop();
    other.write('packages/store/prisma/migrations/20260301120000_odd/migration.sql', 'SELEC 1;');
    const { migrations } = await readAtlas(other.root);
    expect(migrations.at(-1)).toMatchObject({ isRead: false, reversible: null, events: [] });
    other.remove();
  });
});

describe('the program', () => {
  it('writes the site and prints its first page', async () => {
    const { code, stdout } = await run('--out', 'public');
    expect(code).toBe(0);
    expect(existsSync(stdout.trim())).toBe(true);
  });

  it('leaves a folder alone that holds something else', async () => {
    const folder = path.join(shop.root, 'mine');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'diary.txt'), 'mine');
    const { code, stderr } = await run('--out', 'mine');
    expect(code).toBe(2);
    expect(stderr).toContain('ATLAS.FOLDER_TAKEN');
    expect(readdirSync(folder)).toEqual(['diary.txt']);
    const file = await run('--out', 'mine/diary.txt');
    expect({ code: file.code, told: file.stderr.includes('ATLAS.FOLDER_TAKEN') }).toEqual({
      code: 2,
      told: true,
    });
  });

  it.each([
    [['--nowhere'], 'unknown option'],
    [['--root', '/'], 'COMPOSE.ROOT_NOT_FOUND'],
  ])('%j is told what is wrong', async (args, words) => {
    const { code, stderr } = await run(...args);
    expect({ code, told: stderr.includes(words) }, stderr).toEqual({ code: 2, told: true });
  });

  it('tells the place of what does not compose, and writes nothing', async () => {
    const other = openShop();
    other.write('packages/goods/prisma/models.prisma', 'model Item {\n  id Nothing @id\n}\n');
    const { code, stderr } = await run('--root', other.root);
    expect({ code, told: stderr.includes('ATLAS.SCHEMA_INVALID') }).toEqual({
      code: 2,
      told: true,
    });
    expect(stderr).toContain('packages/goods/prisma/models.prisma:2');
    expect(existsSync(path.join(other.root, 'atlas'))).toBe(false);
    other.remove();
  });
});
