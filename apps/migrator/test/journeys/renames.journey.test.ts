/** @module-tag slow */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openShop, type Shop } from '../shop-workspace.ts';

const FRAGMENT = 'packages/catalog/prisma/stock.prisma';

const BEFORE = `/// How a box is.
enum State {
  OPEN
  SHUT
}

/// What lies there.
/// @open
model Box {
  id    Int     @id
  label String  @unique @map("La'bel")
  state State   @default(OPEN)
  note  String?

  @@map("boxes")
}

/// Where it lies.
/// @open
model Shelf {
  id    Int @id
  width Int
  depth Int

  @@map("shelves")
}
`;

const AFTER = BEFORE.replace('  OPEN\n', '  /// @renamedFrom OPEN\n  AJAR\n')
  .replace('@default(OPEN)', '@default(AJAR)')
  .replace('label String  @unique @map("La\'bel")', 'title String  @unique @map("Tïtle of it")')
  .replace('  note  String?\n', '')
  .replace('@@map("boxes")', '@@map("Odd \'crates\'")')
  .replace('depth Int', '/// @renamedFrom depth\n  deep  Int');

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

const dev = (name: string, ...args: string[]) =>
  shop.migrator('dev', '--name', name, '--json', ...args);

it('a team that renames keeps its rows, and says itself what is a rename', async () => {
  shop.write(FRAGMENT, BEFORE);
  expect(await dev('first')).toMatchObject({ code: 0 });
  await query(`insert into boxes values (1, 'one', 'OPEN', 'n'), (2, 'two', 'SHUT', null)`);
  await query('insert into shelves values (1, 5, 7)');
  shop.write(FRAGMENT, AFTER);

  const undecided = await dev('second', '--accept-data-loss');
  expect(undecided, undecided.stderr).toMatchObject({ code: 3 });
  expect(undecided.stderr).toContain('MIGRATOR.RENAME_UNDECIDED');
  expect(undecided.stderr).toContain(`--rename 'boxes=Odd '\\''crates'\\'''`);
  expect(undecided.stderr).toContain('--no-rename');
  const unknown = await dev('second', '--rename', 'boxes.note=nothing');
  expect(unknown).toMatchObject({ code: 2 });
  expect(unknown.stderr).toContain('MIGRATOR.RENAME_UNKNOWN');

  const table = "boxes=Odd 'crates'";
  const column = "Odd 'crates'.La'bel=Tïtle of it";
  const left = await dev('second', '--rename', table, '--rename', column);
  expect(left.stderr).toContain('MIGRATOR.DATA_LOSS');
  expect(left.stderr).toContain("Column Odd 'crates'.note is dropped.");
  const run = await dev('second', '--rename', table, '--rename', column, '--accept-data-loss');
  expect(run, run.stderr).toMatchObject({ code: 0 });
  const { names } = (JSON.parse(run.stdout) as { migration: { names: string[] } }).migration;
  const script = readFileSync(path.join(shop.migrations, names[0] ?? '', 'migration.sql'), 'utf8');
  expect(script).toContain("ALTER TYPE \"State\" RENAME VALUE 'OPEN' TO 'AJAR';");
  expect(script).not.toContain('DROP');
  expect(
    await query(`select id, "Tïtle of it" as title, state::text from "Odd 'crates'" order by id`),
  ).toEqual([
    { id: 1, title: 'one', state: 'AJAR' },
    { id: 2, title: 'two', state: 'SHUT' },
  ]);
  expect(await query('select width, deep from shelves')).toEqual([{ width: 5, deep: 7 }]);

  expect((await dev('third')).stderr).toContain('no change');
  expect(await shop.migrator('verify')).toMatchObject({ code: 0 });
  expect(await shop.migrator('lint', names[0] ?? '')).toMatchObject({ code: 0 });
  const back = await shop.migrator('rollback', '--steps', `${names.length}`, '--accept-data-loss');
  expect(back, back.stderr).toMatchObject({ code: 0 });
  expect(await query(`select "La'bel" as label, state::text from boxes where id = 1`)).toEqual([
    { label: 'one', state: 'OPEN' },
  ]);
  expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });

  await query(`delete from "Odd 'crates'" where state = 'SHUT'`);
  shop.write(FRAGMENT, AFTER.replace('  SHUT\n', ''));
  const less = await dev('fewer_values');
  expect(less, less.stderr).toMatchObject({ code: 0 });
  shop.write(
    FRAGMENT,
    AFTER.replace('  SHUT\n', '').replace(/@renamedFrom depth\n {2}deep /, 'How deep.\n  depths'),
  );
  const denied = await dev('third', '--no-rename');
  expect(denied.stderr).toContain('Column shelves.deep is dropped.');
});
