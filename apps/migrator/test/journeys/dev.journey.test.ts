import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newestMigration, shopsAfter, type Shop } from '../shop-workspace.ts';

let shop: Shop;

const openIndexedShop = shopsAfter((shop) => {
  editItems(
    shop,
    '/// @check items_price',
    `/// @exclude items_one_price: USING btree (price_cents WITH =)
/// @sqlIndex items_lower_name: USING btree (lower(name)) WHERE (price_cents > 0)
/// @check items_price`,
  );
  editItems(shop, '\n  @@map("items")', '\n  @@index([doubled])\n  @@map("items")');
  return shop.migrator('dev', '--name', 'first');
});

beforeEach(async () => {
  shop = await openIndexedShop();
});

afterEach(() => shop.remove());

const edit = (before: string | RegExp, after: string) => editItems(shop, before, after);

function editItems(shop: Shop, before: string | RegExp, after: string) {
  const file = path.join(shop.root, 'packages/catalog/prisma/items.prisma');
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(before);
  writeFileSync(file, text.replace(before, after));
}

async function query<T>(sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: shop.database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

const fileOf = (name: string) =>
  readFileSync(path.join(shop.migrations, newestMigration(shop), name), 'utf8');

async function goBack(to: string) {
  expect(await shop.migrator('rollback', '--to', to, '--accept-data-loss')).toMatchObject({
    code: 0,
  });
}

/** What stands on the tables, as PostgreSQL prints it. */
const definitions = () =>
  query<{ definition: string }>(`
    select pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = 'items'::regclass and contype <> 'n'
    union all select indexdef from pg_indexes where tablename = 'items'
    union all select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 'items'::regclass
    union all select relname || relrowsecurity::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    order by 1`);

describe('a team that changes an annotation', () => {
  it(
    'finds the new definitions in the database, and the old ones after down.sql',
    { tags: 'slow' },
    async () => {
      const first = newestMigration(shop);
      await query(`insert into items values (gen_random_uuid(), 'Pear', 3, default, now())`);
      const before = await definitions();
      edit('price_cents >= 0', 'price_cents > 1');
      edit('(price_cents WITH =)', '(name WITH =)');
      edit('lower(name)) WHERE (price_cents > 0)', 'upper(name))');
      edit('price_cents * 2', 'price_cents * 3');
      const run = await shop.migrator('dev', '--name', 'second');
      expect(run).toMatchObject({ code: 0 });
      const after = (await definitions()).map(({ definition }) => definition).join('\n');
      for (const text of ['price_cents > 1', 'USING btree (name WITH =)', 'upper(name)', '* 3']) {
        expect(after).toContain(text);
      }
      expect(after).toContain('(doubled)');
      expect(await query('select doubled from items')).toEqual([{ doubled: 9 }]);
      expect((await shop.migrator('dev', '--name', 'third')).stderr).toContain('no change');
      expect(JSON.parse(fileOf('meta.json'))).toEqual({
        ...{ domains: ['catalog'], reversible: true, losses: [] },
        seriesOf: expect.stringMatching(/^\d+_second$/) as string,
      });
      await goBack(first);
      expect(await definitions()).toEqual(before);
      expect(await query('select doubled from items')).toEqual([{ doubled: 6 }]);
    },
  );

  it('is not bothered by another spelling of the same', { tags: 'slow' }, async () => {
    edit('price_cents >= 0', '(price_cents)   >= (0)');
    edit('price_cents * 2', '(price_cents*2)');
    expect((await shop.migrator('dev', '--name', 'second')).stderr).toContain('no change');
  });

  it('may take every annotation back', { tags: 'slow' }, async () => {
    edit(/\/\/\/ @exclude.*\n/, '');
    edit(/\/\/\/ @sqlIndex.*\n/, '');
    edit(/\/\/\/ @check.*\n/, '');
    expect(await shop.migrator('dev', '--name', 'second')).toMatchObject({ code: 0 });
    const after = (await definitions()).map(({ definition }) => definition).join('\n');
    for (const text of ['CHECK', 'EXCLUDE', 'lower(name)']) expect(after).not.toContain(text);
    expect((await shop.migrator('dev', '--name', 'third')).stderr).toContain('no change');
  });

  it('may change the type of a column that a generated one reads', { tags: 'slow' }, async () => {
    const first = newestMigration(shop);
    edit('priceCents Int ', 'priceCents BigInt ');
    edit('doubled    Int?', 'doubled    BigInt?');
    const run = await shop.migrator('dev', '--name', 'wide');
    expect(run).toMatchObject({ code: 0 });
    expect(
      await query(`select attname, format_type(atttypid, -1) as type, attgenerated as kind from pg_attribute
        where attrelid = 'items'::regclass and attname in ('doubled', 'price_cents') order by 1`),
    ).toEqual([
      { attname: 'doubled', type: 'bigint', kind: 's' },
      { attname: 'price_cents', type: 'bigint', kind: '' },
    ]);
    expect(JSON.parse(fileOf('meta.json'))).toMatchObject({
      ...{ domains: ['catalog'], reversible: true, losses: [] },
    });
    expect((await shop.migrator('dev', '--name', 'third')).stderr).toContain('no change');
    await goBack(first);
  });

  it('is told where PostgreSQL refuses one, all of them, before anything is written', async () => {
    const newest = newestMigration(shop);
    edit('price_cents >= 0', 'price_cents >= name');
    edit('lower(name)) WHERE', 'lower(price_cents)) WHERE');
    const run = await shop.migrator('dev', '--name', 'second');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('MIGRATOR.ANNOTATION_INVALID');
    expect(run.stderr).toMatch(/items\.prisma:\d+: items\.items_price_positive/);
    expect(run.stderr).toMatch(/items\.prisma:\d+: items\.items_lower_name/);
    expect(newestMigration(shop)).toBe(newest);
  });
});

describe('a team that loses data', () => {
  it(
    'may take a value from an enum while tables and columns that have it go and come',
    { tags: 'slow' },
    async () => {
      const file = 'packages/catalog/prisma/forms.prisma';
      const form = (values: string) => `/// How it is.
enum Form {
  ${values}

  @@map("Form; of")
}
`;
      const model = (name: string, ...fields: string[]) => `/// It has a form.
/// @open
model ${name} {
  id   Int  @id
  form Form @default(A)
  ${fields.join('\n  ')}

  @@map("${name}; 's")
}
`;
      shop.write(
        file,
        form('A\n  B\n  C') +
          model('Keep', 'left Form?', 'size Int') +
          model('Gone', 'more Form[]'),
      );
      const first = await shop.migrator('dev', '--name', 'forms');
      expect(first, first.stderr).toMatchObject({ code: 0 });
      await query(`insert into "Keep; 's" values (1, 'B', 'B', 1)`);
      shop.write(
        file,
        form('A\n  B') + model('Keep', 'come Form @default(B)') + model('Come', 'more Form[]'),
      );
      const options = ['--no-rename', '--accept-data-loss', '--json'];
      const second = await shop.migrator('dev', '--name', 'fewer', ...options);
      expect(second, second.stderr).toMatchObject({ code: 0 });
      const { migration } = JSON.parse(second.stdout) as { migration: { contracts: string[] } };
      expect(migration.contracts).toHaveLength(1);
      const contract = shop.read(`db/migrations/${migration.contracts[0] ?? ''}/migration.sql`);
      for (const column of ['left', 'size']) expect(contract).toContain(`DROP COLUMN "${column}"`);
      expect(await query(`select * from "Keep; 's"`)).toEqual([{ id: 1, form: 'B', come: 'B' }]);
      expect((await shop.migrator('dev', '--name', 'none')).stderr).toContain('no change');
      const proof = await shop.migrator('verify', '--reversible');
      expect(proof, proof.stdout).toMatchObject({ code: 0 });
    },
  );

  it(
    'is told of each table, column and type, and of what rows may refuse',
    { tags: 'slow' },
    async () => {
      const newest = newestMigration(shop);
      edit(/ {2}\/\/\/ @generated.*\n.*doubled.*\n/, '  note String?\n');
      edit('  @@index([doubled])\n', '');
      edit('priceCents Int ', 'priceCents SmallInt @db.SmallInt '.replace('SmallInt ', 'Int '));
      edit(/\/\/\/ What was sold[^]*$/, '');
      const run = await shop.migrator('dev', '--name', 'losses');
      expect(run.code).toBe(3);
      for (const loss of [
        'Table sales is dropped.',
        'Column items.doubled is dropped.',
        'Column items.price_cents changes from integer to smallint.',
      ]) {
        expect(run.stderr).toContain(loss);
      }
      expect(newestMigration(shop)).toBe(newest);
      const accepted = await shop.migrator('dev', '--name', 'losses', '--accept-data-loss');
      expect(accepted).toMatchObject({ code: 0 });
      expect(JSON.parse(fileOf('meta.json'))).toMatchObject({ reversible: false });
      edit('note String?', 'note String');
      const warned = await shop.migrator('dev', '--name', 'required', '--create-only');
      expect(warned.stderr).toContain('items.note becomes required');
    },
  );
});

describe('dev', () => {
  it(
    'runs the command that the root names afterwards, and says when it fails',
    { tags: 'slow' },
    async () => {
      const command = (script: string) =>
        shop.write(
          'package.json',
          JSON.stringify({ name: 'shop', private: true, migrator: { afterDev: [script] } }),
        );
      command(`node -e "require('fs').writeFileSync('made', process.cwd())"`);
      edit('name       String', 'name       String @db.VarChar(90)');
      const run = await shop.migrator('dev', '--name', 'short', '--accept-data-loss', '--json');
      expect(run).toMatchObject({ code: 0 });
      expect(JSON.parse(run.stdout)).toHaveProperty('migration.name');
      expect(existsSync(path.join(shop.root, 'made'))).toBe(true);
      command('node -e "process.exit(7)"');
      edit('@db.VarChar(90)', '@db.VarChar(99)');
      const failed = await shop.migrator('dev', '--name', 'longer');
      expect(failed.code).toBe(4);
      expect(failed.stderr).toContain('MIGRATOR.COMMAND_FAILED');
      expect(await shop.migrator('status')).toMatchObject({ code: 0 });
    },
  );

  it('names the migration that does not run, and writes nothing', async () => {
    shop.addMigration('29990101000000_bad', 'alter table nowhere add column x int;\n');
    const run = await shop.migrator('dev', '--name', 'second');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('MIGRATOR.HISTORY_NOT_REPLAYABLE');
    expect(run.stderr).toContain('29990101000000_bad');
    expect(newestMigration(shop)).toBe('29990101000000_bad');
  });
});
