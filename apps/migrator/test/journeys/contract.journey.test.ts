import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMigratedShop, openShop, type Shop } from '../shop-workspace.ts';

const FRAGMENT = 'packages/catalog/prisma/stock.prisma';

const BEFORE = `/// How it lies.
enum Form {
  FLAT @map("fl.at")
  HIGH @map("hi gh")

  @@map("Form; of")
}

/// Where things lie.
/// @open
/// @check shelf_full: weight < 900 and "La'bel %" <> ''
/// @sqlIndex shelf_lower: USING btree (lower("La'bel %"))
model Shelf {
  id     Int     @id @default(autoincrement())
  label  String  @map("La'bel %")
  code   String  @unique(map: "One; 'code'")
  form   Form
  weight Int     @default(7)
  /// @generated weight * 2
  double Int     @default(dbgenerated())
  serial Int     @default(autoincrement())
  stay   Int

  @@index([weight, stay])
  @@map("Odd 'shelf' näme")
}
`;

const AFTER = `/// Where things lie.
/// @open
model Shelf {
  id   Int @id @default(autoincrement())
  stay Int

  @@map("Odd 'shelf' näme")
}
`;

const TABLE = `"Odd 'shelf' näme"`;
const OLD_ROW = `insert into ${TABLE} ("La'bel %", code, form, stay) values`;

let shop: Shop;
let production: TestDatabase;

beforeEach(async () => {
  production = await createTestDatabase();
});

afterEach(async () => {
  await production.drop();
  await shop.remove();
});

async function query<T>(sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: production.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

async function dev(name: string, ...options: readonly string[]) {
  const run = await shop.migrator('dev', '--name', name, '--json', ...options);
  expect(run, run.stderr).toMatchObject({ code: 0 });
  return (JSON.parse(run.stdout) as { migration: { names: string[]; contracts: string[] } })
    .migration;
}

/** The release that this is, in production. */
const inRelease = (release: string, ...args: string[]) =>
  shop.migratorWith({ DATABASE_URL: production.url, RELEASE: release }, ...args);

async function columns(): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `select attname::text as name from pg_attribute
     where attrelid = '${TABLE.replaceAll("'", "''")}'::regclass and attnum > 0 and not attisdropped order by attnum`,
  );
  return rows.map(({ name }) => name);
}

const fileOf = (migration: string, file: string) =>
  readFileSync(path.join(shop.migrations, migration, file), 'utf8');

describe('a team that removes columns', () => {
  it('sees a column held until another release is deployed', { tags: 'slow' }, async () => {
    shop = await openMigratedShop();
    expect(await inRelease('1', 'deploy')).toMatchObject({ code: 0 });
    const items = shop.read('packages/catalog/prisma/items.prisma');
    const without = items.replace(/.*@generated[^]*?doubled.*\n/, '');
    shop.write('packages/catalog/prisma/items.prisma', without);
    const { contracts } = await dev('gone', '--accept-data-loss');
    const [migration] = contracts;
    const column = { table: 'items', column: 'doubled' };
    expect(JSON.parse((await inRelease('1', 'deploy', '--json')).stdout)).toMatchObject({
      ...{ migrations: [], held: [{ migration, columns: [column], release: '1' }] },
    });
    expect(JSON.parse((await inRelease('2', 'deploy', '--json')).stdout)).toMatchObject({
      ...{ migrations: [migration], held: [] },
    });
  });

  it(
    'drops them when the release that does without them is out, and both releases work until then',
    { tags: 'slow' },
    async () => {
      shop = await openShop();
      shop.write(FRAGMENT, BEFORE);
      await dev('first');
      expect(await inRelease('1', 'deploy')).toMatchObject({ code: 0 });
      await query(`${OLD_ROW} ('a', 'x', 'fl.at', 1)`);
      const before = await columns();

      shop.write(FRAGMENT, AFTER);
      const refused = await shop.migrator('dev', '--name', 'second');
      expect(refused.stderr).toContain('MIGRATOR.DATA_LOSS');
      const { names, contracts } = await dev('second', '--accept-data-loss');
      expect(names.map((name) => name.replace(/^\d+_/, ''))).toEqual([
        'second',
        'second_2_release_odd_shelf_n_me_la_bel',
        'second_3_drop_index_one_code',
        'second_4_drop_index_odd_shelf_n_me_weight_stay_idx',
        'second_5_drop_index_shelf_lower',
        'second_6_contract_odd_shelf_n_me_double',
      ]);
      expect(contracts).toEqual(names.slice(3));
      expect(JSON.parse(fileOf(names[5] ?? '', 'meta.json'))).toMatchObject({
        contract: {
          columns: expect.arrayContaining([
            { table: "Odd 'shelf' näme", column: 'code' },
          ]) as unknown,
        },
        reversible: false,
      });
      expect(JSON.parse(fileOf(names[0] ?? '', 'meta.json'))).toMatchObject({ reversible: true });
      // In development nothing else runs: the contract is applied at once.
      expect((await shop.migrator('dev', '--name', 'third')).stderr).toContain('no change');
      expect(await shop.migrator('verify')).toMatchObject({ code: 0 });
      const proof = await shop.migrator('verify', '--reversible');
      expect(proof, proof.stdout + proof.stderr).toMatchObject({ code: 0 });

      expect((await inRelease('2', 'plan')).stdout).toMatch(
        /contracts, held back\n {2}\d+_second_4/,
      );
      const deployed = await inRelease('2', 'deploy', '--json');
      expect(deployed, deployed.stderr).toMatchObject({ code: 0 });
      expect(JSON.parse(deployed.stdout)).toMatchObject({
        migrations: names.slice(0, 3),
        held: contracts.map((migration) => ({ migration, release: '2' })),
      });
      expect(await columns()).toEqual(before);
      await query(`${OLD_ROW} ('b', 'y', 'hi gh', 2)`);
      await query(`insert into ${TABLE} (stay) values (3), (4)`);
      for (const command of ['status', 'verify', 'drift']) {
        const run = await inRelease('2', command);
        expect(run, command + run.stdout + run.stderr).toMatchObject({ code: 0 });
      }
      expect((await inRelease('2', 'status')).stdout).toContain('since 2');
      expect((await inRelease('2', 'deploy')).stderr).toContain('held: ');
      expect(await columns()).toEqual(before);

      expect(await inRelease('3', 'status')).toMatchObject({ code: 3 });
      expect(JSON.parse((await inRelease('3', 'deploy', '--json')).stdout)).toMatchObject({
        ...{ migrations: contracts, held: [] },
      });
      expect(await columns()).toEqual(['id', 'stay']);
      expect(await inRelease('3', 'verify')).toMatchObject({ code: 0 });
      expect(await query(`select stay from ${TABLE} order by 1`)).toHaveLength(4);
    },
  );

  it('may go on meanwhile, but not with what needs the column gone', { tags: 'slow' }, async () => {
    shop = await openShop();
    const items = shop.read('packages/catalog/prisma/items.prisma');
    const write = (...lines: string[]) => {
      shop.write(
        'packages/catalog/prisma/items.prisma',
        items.replace('  priceCents', `${lines.join('\n')}\n  priceCents`),
      );
    };
    write('  note String?');
    await dev('first');
    expect(await inRelease('1', 'deploy')).toMatchObject({ code: 0 });
    await query(
      `insert into items (id, name, note, price_cents, updated_at) values (gen_random_uuid(), 'a', 'kept', 1, now())`,
    );
    write();
    const {
      contracts: [contract = ''],
    } = await dev('gone', '--accept-data-loss');
    write('  size Int?');
    const { name: other = '' } = { name: (await dev('other')).names[0] };
    const deployed = JSON.parse((await inRelease('2', 'deploy', '--json')).stdout) as object;
    expect(deployed).toMatchObject({ migrations: [other], held: [{ migration: contract }] });
    expect(await inRelease('2', 'status')).toMatchObject({ code: 0 });

    write('  size Int?', '  note Int?');
    await dev('again', '--no-rename');
    const planned = await inRelease('2', 'deploy', '--dry-run', '--json');
    expect(planned.code).toBe(3);
    expect(JSON.parse(planned.stdout)).toMatchObject({
      needy: { contract: { migration: contract } },
    });
    for (const command of [['deploy', '--dry-run'], ['plan'], ['plan', '--markdown']]) {
      const told = await inRelease('2', ...command);
      expect(told).toMatchObject({ code: 3 });
      expect(told.stdout + told.stderr).toContain('MIGRATOR.CONTRACT_HELD');
    }
    const refused = await inRelease('2', 'deploy');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('MIGRATOR.CONTRACT_HELD');
    expect(refused.stderr).toContain('deploy --contract');
    expect(await query('select note from items')).toEqual([{ note: 'kept' }]);
    expect(await inRelease('2', 'deploy', '--contract')).toMatchObject({ code: 0 });
    expect(await query('select note from items')).toEqual([{ note: null }]);
    expect(await inRelease('2', 'status')).toMatchObject({ code: 0 });
    // A new database has no release that could use the column.
    const empty = await createTestDatabase();
    try {
      const run = await shop.migratorWith({ DATABASE_URL: empty.url }, 'deploy', '--json');
      expect(JSON.parse(run.stdout)).toMatchObject({ held: [] });
    } finally {
      await empty.drop();
    }
  });
});
