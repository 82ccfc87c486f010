/** @module-tag slow */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createTestDatabase } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runPrismaWith } from '../prisma-cli.ts';
import { openShop, type Shop } from '../shop-workspace.ts';

const FRAGMENT = 'packages/catalog/prisma/stock.prisma';
const LONG = `${'ä'.repeat(25)}_long_name`;

/** Names that must be quoted, and one of 60 bytes. */
const BEFORE = `/// Where things lie.
/// @open
model Shelf {
  id    Int     @id
  label String? @map("La'bel %")
  code  String

  @@map("Odd 'shelf' näme")
}

/// What lies there.
/// @open
model Box {
  id      Int     @id
  shelfId Int?    @map("shelf id")
  weight  Int
  text    String? @map("${LONG}")

  @@index([weight], map: "by weight")
  @@map("boxes; drop")
}
`;

const AFTER = `/// Where things lie.
/// @open
model Shelf {
  id    Int    @id
  label String @map("La'bel %")
  code  String @unique(map: "One; 'code'")
  boxes Box[]

  @@map("Odd 'shelf' näme")
}

/// What lies there.
/// @open
/// @check boxes_weigh: weight > 0
model Box {
  id        Int     @id
  shelfId   Int?    @map("shelf id")
  shelfCode String? @map("shelf code")
  weight    Int
  text      String  @map("${LONG}")
  shelf     Shelf?  @relation(fields: [shelfId], references: [id], onDelete: Restrict, onUpdate: NoAction)

  @@index([shelfId])
  @@index([weight, text], map: "by weight")
  @@map("boxes; drop")
}

/// Written on a shelf.
/// @open
model Note {
  id   Int    @id
  code String

  @@index([code])
  @@map("notes")
}
`;

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
});

afterEach(() => shop.remove());

async function query<T>(sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: shop.database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

async function dev(name: string): Promise<readonly string[]> {
  const run = await shop.migrator('dev', '--name', name, '--json');
  expect(run, run.stderr).toMatchObject({ code: 0 });
  return (JSON.parse(run.stdout) as { migration: { names: string[] } }).migration.names;
}

/** The prisma CLI applies the same files, and leaves nothing for `deploy` to apply. */
async function expectFitForPrisma() {
  const other = await createTestDatabase();
  try {
    const deployed = await runPrismaWith(shop, other.url, 'migrate', 'deploy');
    expect(deployed.output).toContain('All migrations have been successfully applied');
    const run = await shop.migratorWith({ DATABASE_URL: other.url }, 'deploy', '--json');
    expect(JSON.parse(run.stdout)).toMatchObject({ migrations: [] });
    const verified = await shop.migratorWith({ DATABASE_URL: other.url }, 'verify');
    expect(verified).toMatchObject({ code: 0 });
  } finally {
    await other.drop();
  }
}

/** What stands on the tables, as PostgreSQL prints it. */
const definitions = () =>
  query(`
    select conrelid::regclass, conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
    union all select null, indexname, indexdef from pg_indexes where schemaname = 'public'
    union all select attrelid::regclass, attname, attnotnull::text from pg_attribute
      where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r')
        and attnum > 0 and not attisdropped
    order by 1, 2, 3`);

const fileOf = (migration: string, file = 'migration.sql') =>
  readFileSync(path.join(shop.migrations, migration, file), 'utf8');

/** What each migration does, in the first words of its statements. */
const gist = (migration: string) =>
  fileOf(migration)
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line))
    .map((line) => line.replaceAll(/"[^"]*"|\([^)]*\)/g, '').replaceAll(/ +/g, ' '));

describe('a team that changes tables with rows', () => {
  it('gets the form that keeps nobody waiting, and a way back of each step', async () => {
    shop.write(FRAGMENT, BEFORE);
    const [first = ''] = await dev('first');
    await query(`insert into "Odd 'shelf' näme" values (1, 'a', 'x'), (2, 'b', 'y')`);
    await query(`insert into "boxes; drop" values (1, 1, 5, 'one'), (2, null, 6, 'two')`);
    shop.write(FRAGMENT, AFTER);
    const names = await dev('second');
    expect(names.map((name) => name.replace(/^\d+_/, ''))).toEqual([
      'second',
      'second_2_index_one_code',
      'second_3_index_boxes_drop_shelf_id_idx',
      'second_4_index_by_weight_next',
      'second_5_constraints',
      'second_6_validate',
      'second_7_drop_index_by_weight_old',
    ]);
    const [main, unique, , , constraints, validate, drop] = names.map(gist);
    expect(main).not.toContainEqual(expect.stringMatching(/CONCURRENTLY|NOT VALID/));
    expect(unique).toEqual([expect.stringMatching(/^CREATE UNIQUE INDEX CONCURRENTLY/)]);
    expect(constraints?.filter((line) => line.includes('CONSTRAINT'))).toEqual(
      Array.from({ length: 4 }, () => expect.stringMatching(/NOT VALID;$/) as string),
    );
    // No lock that keeps anyone waiting is taken before all tables are read.
    expect(validate?.map((line) => / VALIDATE /.test(line))).toEqual([
      ...[true, true, true, true],
      ...[false, false, false, false],
    ]);
    expect(drop).toEqual([expect.stringMatching(/^DROP INDEX CONCURRENTLY/)]);
    expect((await shop.migrator('dev', '--name', 'third')).stderr).toContain('no change');
    expect(await shop.migrator('verify', '--reversible')).toMatchObject({ code: 0 });
    const structure = await definitions();
    expect(await shop.migrator('rollback', '--to', first)).toMatchObject({ code: 0 });
    expect(await definitions()).not.toEqual(structure);
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await definitions()).toEqual(structure);
    expect(await shop.migrator('verify')).toMatchObject({ code: 0 });
    expect(await query(`select count(*)::int as n from "boxes; drop"`)).toEqual([{ n: 2 }]);
    await expectFitForPrisma();
  });

  it('gives up the old key only when the new one is there', async () => {
    const model = (key: string) => `/// Where it lies.
/// @open
model Place {
  hall  Int
  spot  Int
  label String

  ${key}
  @@map("places")
}
`;
    shop.write(FRAGMENT, model('@@id([hall, spot])'));
    const [first = ''] = await dev('first');
    await query(`insert into places values (1, 1, 'a'), (1, 2, 'b')`);
    shop.write(FRAGMENT, model('@@id([hall, spot, label])'));
    const names = await dev('second');
    expect(names.map(gist)).toEqual([
      ['CREATE UNIQUE INDEX CONCURRENTLY ON ;'],
      expect.arrayContaining([expect.stringContaining('PRIMARY KEY USING INDEX')]),
    ]);
    expect((await shop.migrator('dev', '--name', 'third')).stderr).toContain('no change');
    expect(await shop.migrator('verify', '--reversible')).toMatchObject({ code: 0 });
    const [start = '', end = ''] = names;
    const rollback = async (...args: string[]) =>
      JSON.parse(
        (await shop.migrator('rollback', '--no-backup', '--json', ...args)).stdout,
      ) as object;
    // Whoever says how many gets so many; else a change goes as a whole, also what is left of one.
    expect(await rollback('--steps', '1')).toMatchObject({
      ...{ migrations: [end], restOfChange: [start] },
    });
    expect(await rollback()).toMatchObject({ migrations: [start], restOfChange: [] });
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await rollback()).toMatchObject({ migrations: [end, start], restOfChange: [] });
    expect(await rollback('--dry-run')).toMatchObject({ migrations: [first] });
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
  });
});
