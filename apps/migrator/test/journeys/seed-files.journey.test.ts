import pg from 'pg';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shopsAfter, type Shop } from '../shop-workspace.ts';

let shop: Shop;

const openShopOfCodes = shopsAfter(async (shop) => {
  shop.write(
    'packages/catalog/prisma/codes.prisma',
    `/// How a thing is sold.
/// @open
enum Kind {
  PIECE    @map("by-piece")
  WEIGHT

  @@map("kind")
}

/// A code of goods.
/// @open
/// @check codes_size_small: size < 1000000
model Code {
  id     String    @id @default(uuid(7)) @db.Uuid
  code   String    @unique
  words  String[]
  kinds  Kind[]
  size   Int?
  price  Decimal?  @db.Decimal
  since  DateTime? @db.Date
  extra  Json?
  active Boolean   @default(true)
  twinId String?   @map("twin_id") @db.Uuid
  twin   Code?     @relation("twin", fields: [twinId], references: [id], onDelete: Restrict, onUpdate: Restrict)
  twins  Code[]    @relation("twin")

  @@index([twinId])
  @@map("codes")
}
`.replace('/// How a thing is sold.\n/// @open\n', '/// How a thing is sold.\n'),
  );
  shop.write(
    'packages/catalog/seeds/20-codes.json',
    JSON.stringify({ model: 'Code', key: ['code'], licence: 'none', rowsFile: 'codes.csv' }),
  );
  shop.write('packages/catalog/seeds/codes.csv', 'code\nA1\n');
  return shop.migrator('dev', '--name', 'first');
});

beforeEach(async () => {
  shop = await openShopOfCodes();
});

afterEach(() => shop.remove());

const csv = (text: string) => {
  shop.write('packages/catalog/seeds/codes.csv', text);
};

async function query<T>(sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: shop.database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

async function seeded() {
  const run = await shop.migrator('seed', '--json');
  if (run.code !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as { inserted: number; unchanged: number; kept: string[] };
}

describe('rows of a CSV file', () => {
  it('become rows of the table, type by type, once', { tags: 'slow' }, async () => {
    csv(`code,words,kinds,size,price,since,extra,active\r
A1,"red|it ""is"", {so}|b\\c",PIECE|WEIGHT,7,1.50,2024-02-29,"{""a"": [1]}",false\r
B2,,,,,,,true\r
"",x,PIECE,1,1,,,true\r
`);
    expect(await seeded()).toMatchObject({ inserted: 5 });
    expect(
      await query(
        `select code, words, kinds::text[], size, price::text, since::text, extra, active from codes order by code`,
      ),
    ).toEqual([
      {
        code: '',
        words: ['x'],
        kinds: ['by-piece'],
        size: 1,
        price: '1',
        since: null,
        extra: null,
        active: true,
      },
      {
        ...{ code: 'A1', words: ['red', 'it "is", {so}', 'b\\c'], kinds: ['by-piece', 'WEIGHT'] },
        ...{ size: 7, price: '1.50', since: '2024-02-29', extra: { a: [1] }, active: false },
      },
      {
        code: 'B2',
        words: [],
        kinds: [],
        size: null,
        price: null,
        since: null,
        extra: null,
        active: true,
      },
    ]);
    expect(await seeded()).toMatchObject({ inserted: 0, unchanged: 5, kept: [] });
    await query(`update codes set size = 8 where code = 'A1'`);
    expect(await seeded()).toMatchObject({ unchanged: 4, kept: ['Code A1'] });
  });

  it('are refused with file and line, all at once, and without a value', async () => {
    csv('code,size,kinds,nope\nA1,secret-4711,PIECE,\nB2,1,OTHER-4711,\n,2,,\n');
    const run = await shop.migrator('seed');
    expect(run.code).toBe(2);
    for (const fault of [
      'packages/catalog/seeds/codes.csv: line 2: size is not a Int.',
      'line 2: Code has no field nope.',
      'line 3: kinds is not a Kind list.',
      'line 4: key field code has no value.',
    ]) {
      expect(run.stderr).toContain(fault);
    }
    expect(run.stderr).not.toContain('4711');
    csv('code,size\nA1,1\nB2,2\nA1,3\n');
    expect((await shop.migrator('seed')).stderr).toContain(
      'codes.csv: line 4: its key is that of line 2.',
    );
    csv('code,size\nA1,1\n"B2,2\n');
    expect((await shop.migrator('seed')).stderr).toContain(
      'codes.csv: line 3: a quote is not closed.',
    );
    csv('code,size\nA1,1\nB2,2000000\n');
    const checked = await shop.migrator('seed');
    expect(checked.code).toBe(4);
    expect(checked.stderr).toContain('codes.csv: line 3');
    expect(checked.stderr).toContain('codes_size_small');
    expect(await query('select 1 from codes')).toEqual([]);
    expect(await query('select 1 from items')).toEqual([]);
  });

  it('may refer, in a JSON file, to rows before them', async () => {
    shop.write(
      'packages/catalog/seeds/30-twins.json',
      JSON.stringify({
        model: 'Code',
        key: ['code'],
        rows: [
          { code: 'T1' },
          { code: 'T2', twinId: { $ref: 'Code', where: { code: 'T1' } } },
          { code: 'T3', twinId: { $ref: 'Code', where: { code: 'T2' } } },
        ],
      }),
    );
    await seeded();
    expect(
      await query(`select c.code from codes c join codes t on t.id = c.twin_id order by 1`),
    ).toEqual([{ code: 'T2' }, { code: 'T3' }]);
  });

  it('are read in flat memory, however many', { tags: 'slow' }, async () => {
    const stream = createWriteStream(path.join(shop.root, 'packages/catalog/seeds/codes.csv'));
    stream.write('code,words,size\n');
    for (let row = 0; row < 60_000; row += 1) {
      if (!stream.write(`C${row},"${'word|'.repeat(40)}end",${row}\n`)) await once(stream, 'drain');
    }
    stream.end();
    await once(stream, 'close');
    const memory = { NODE_OPTIONS: '--max-old-space-size=48' };
    const run = await shop.migratorWith(memory, 'seed', '--json');
    expect(run).toMatchObject({ code: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({ inserted: 60_002 });
    expect(run.stderr).toContain('codes.csv: 60000 rows');
  });
});
