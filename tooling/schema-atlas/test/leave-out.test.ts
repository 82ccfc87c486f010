import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaveOut, readAtlas, type Atlas } from '../src/index.ts';
import { openShop, type Shop } from './open-shop.ts';

const ITEMS = `/// What is sold.
/// @open
/// @sqlIndex items_lower: USING btree (lower(maker))
model Item {
  id    Int     @id
  kind  Kind    @default(PIECE)
  /// Whom it was bought from.
  /// @closed
  /// @check items_maker_filled: length(maker) > 0
  maker String  @unique
  note  String?
  /// @closed
  price Int

  @@index([kind, price])
  @@index([note])
  @@map("items")
}

enum Kind {
  PIECE  @map("piece")
  WEIGHT @map("weight")

  @@map("kind")
}
`;

let shop: Shop;
let atlas: Atlas;

beforeAll(async () => {
  shop = openShop();
  shop.write('packages/goods/prisma/models.prisma', ITEMS);
  shop.write(
    'packages/store/prisma/migrations/20260301120000_third/migration.sql',
    `ALTER TABLE "items" ADD COLUMN "builder" TEXT, ADD COLUMN "note" TEXT;
     ALTER TABLE "items" RENAME COLUMN "builder" TO "made_by";
     ALTER TABLE "items" RENAME TO "things";
     ALTER TABLE "things" ALTER COLUMN "made_by" SET NOT NULL;
     ALTER TABLE "things" RENAME COLUMN "made_by" TO "maker";
     ALTER TABLE "things" RENAME TO "items";`,
  );
  atlas = await readAtlas(shop.root);
});

afterAll(() => shop.remove());

describe('an atlas without a classification', () => {
  it('names its fields nowhere: not in an index, a constraint, or what they were called before', () => {
    const whole = JSON.stringify({ ...atlas, owners: [] });
    expect(whole).toMatch(/maker.*builder/);
    const left = leaveOut(atlas, 'closed');
    const [item] = left.manifest.models.filter(({ name }) => name === 'Item');
    expect(item?.fields.map(({ name }) => name)).toEqual(['id', 'kind', 'note']);
    expect(
      item?.indexes.filter(({ kind }) => kind === 'index').map(({ fields }) => fields),
    ).toEqual([['note']]);
    expect(JSON.stringify({ ...left, owners: [] })).not.toMatch(/maker|made_by|builder|price/);
    expect(left.migrations.at(-1)?.events).toMatchObject([
      { kind: 'added', part: 'note' },
      { kind: 'renamed', name: 'things', from: 'items' },
      { kind: 'renamed', name: 'items', from: 'things' },
    ]);
  });

  it('refuses a word that is none', () => {
    expect(() => leaveOut(atlas, 'clsoed')).toThrowError(
      expect.objectContaining({ code: 'ATLAS.CLASSIFICATION_UNKNOWN' }) as Error,
    );
  });
});
