/** @module-tag slow */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../shop-workspace.ts';

/** Names that want quotes, every native type, every sort of key and index. */
const EVERYTHING = `/// A colour.
enum Colour {
  RED
  DEEP_BLUE @map("deep-blue")
}

/// Every sort of field.
/// @open
/// @check every_small: "Small" < 10 AND colour <> 'deep-blue'
/// @sqlIndex every_text_idx: UNIQUE USING btree (lower("text") DESC NULLS LAST, colour) WITH (fillfactor=80) WHERE flag
/// @sqlIndex every_brin: USING brin (stamp) WITH (pages_per_range=16)
/// @exclude every_no_two: USING gist ("Small" WITH =, tstzrange(stamp, "end") WITH &&)
model Every {
  id        Int       @id @default(autoincrement())
  big       BigInt    @default(autoincrement())
  small     Int       @map("Small") @db.SmallInt
  colour    Colour    @default(RED)
  colours   Colour[]  @default([RED, DEEP_BLUE])
  text      String    @default("it's; \\"quoted\\"")
  char      String    @db.Char(3)
  varchar   String?   @db.VarChar(20)
  bit       String?   @db.Bit(8)
  varbit    String?   @db.VarBit(9)
  xml       String?   @db.Xml
  inet      String?   @db.Inet
  flag      Boolean   @default(true)
  real      Float?    @db.Real
  double    Float     @default(1.5)
  decimal   Decimal   @default(1.25) @db.Decimal(10, 2)
  numeric   Decimal?  @db.Decimal
  money     Decimal?  @db.Money
  oid       Int?      @db.Oid
  json      Json      @default("{}") @db.Json
  jsonb     Json?
  bytes     Bytes?
  stamp     DateTime  @default(now()) @db.Timestamptz(6)
  end       DateTime  @default(dbgenerated("(now() + '1 day'::interval)")) @db.Timestamptz(6)
  plain     DateTime? @db.Timestamp(0)
  day       DateTime? @db.Date
  time      DateTime? @db.Time(3)
  timetz    DateTime? @db.Timetz(3)
  texts     String[]
  decimals  Decimal[] @db.Decimal(6, 1)
  /// @generated "Small" * 2 + 1
  computed  Int       @default(dbgenerated())
  span      Unsupported("int4range")?
  parentId  Int?      @map("parent id")
  parent    Every?    @relation("Tree", fields: [parentId], references: [id], onDelete: SetNull, onUpdate: Cascade)
  children  Every[]   @relation("Tree")
  pairs     Pair[]

  @@unique([text, colour(sort: Desc)], map: "Every text")
  @@index([jsonb(ops: JsonbPathOps)], type: Gin)
  @@index([texts], type: Gin)
  @@index([varchar], type: Hash)
  @@index([stamp(sort: Desc), day])
  @@index([parentId])
}

/// A key of two parts.
/// @closed
model Pair {
  everyId Int
  number  Int
  every   Every   @relation(fields: [everyId], references: [id], onDelete: Cascade, onUpdate: NoAction, map: "pair to every")
  part    Part?

  @@id([everyId, number], map: "Pair key")
  @@map("the pairs")
}

/// One to one, by a key of two parts.
/// @open
model Part {
  everyId Int
  number  Int
  pair    Pair @relation(fields: [everyId, number], references: [everyId, number], onDelete: Restrict, onUpdate: Restrict)
  note    String?

  @@unique([everyId, number])
  @@map("select")
}

/// What is red; the client does not see it.
/// @closed
view Red {
  id   Int    @unique
  text String

  @@ignore
  @@map("red")
}
`;

const RED = `-- What is red.
-- @needs Every
create or replace view red as select id, "text", colour from "Every" where colour = 'RED';
`;

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
});

afterEach(() => shop.remove());

describe('a team with every sort of field', () => {
  it('finds that what was migrated is what it wrote', async () => {
    shop.write('packages/catalog/prisma/everything.prisma', EVERYTHING);
    shop.write('packages/catalog/sql/red.sql', RED);
    shop.write('db/base.prisma', shop.read('db/base.prisma').replace('"]', '", "views"]'));
    shop.write(
      'schema.config.json',
      shop.read('schema.config.json').replace('"extensions":[]', '"extensions":["btree_gist"]'),
    );
    await shop.migrator('roles', 'sync');
    const dev = await shop.migrator('dev', '--name', 'everything');
    if (dev.code !== 0) throw new Error(dev.stderr);
    const again = await shop.migrator('dev', '--name', 'again');
    expect(again.stderr).toContain('no change');
    const verify = await shop.migrator('verify', '--json');
    expect(JSON.parse(verify.stdout)).toMatchObject({
      differences: [],
      counts: { models: 6, tables: 5, enums: 1 },
    });
    expect(verify.code).toBe(0);
    shop.write('packages/catalog/sql/red.sql', RED.replace('id, "text"', 'id, "char"'));
    await shop.migrator('deploy');
    const changed = JSON.parse((await shop.migrator('verify', '--json')).stdout) as unknown;
    expect(changed).toMatchObject({
      differences: [{ kind: 'column', name: 'red.text', what: 'It is missing.' }],
    });
  });
});
