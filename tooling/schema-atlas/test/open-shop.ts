import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A small workspace: two domains, a hostile doc line, two migrations. */
export interface Shop {
  readonly root: string;
  write(file: string, text: string): void;
  remove(): void;
}

const CONFIG = {
  schemaDir: 'packages/store/prisma',
  base: 'packages/store/prisma/base.prisma',
  classifications: {
    closed: { rank: 2, meaning: 'for some', rowSecurity: true, mask: true, log: false },
    open: { rank: 1, meaning: 'for all', rowSecurity: false, mask: false, log: true },
  },
  retentionTypes: ['SHORT'],
  noCascadeInto: { classifications: [], models: [] },
  extensions: [],
};

const BASE = `datasource db {
  provider = "postgresql"
}

generator client {
  provider        = "prisma-client"
  output          = "client"
  previewFeatures = ["partialIndexes"]
}
`;

const GOODS = `/// What is sold. <script>document.title = 'broken'</script>
/// @open
model Item {
  id    Int    @id
  /// Called "name" & <b>title</b>.
  title String @unique
  kind  Kind   @default(PIECE)

  @@map("items")
}

/// How it is counted.
enum Kind {
  PIECE  @map("piece")
  WEIGHT @map("weight")

  @@map("kind")
}
`;

const ORDERS = `/// A wish.
/// @closed
model Order {
  id     Int  @id
  itemId Int  @map("item_id")
  /// @inverse orders
  item   Item @relation(fields: [itemId], references: [id], onDelete: Restrict, onUpdate: Restrict)

  @@index([itemId])
  @@map("orders")
}
`;

export function openShop(): Shop {
  const root = mkdtempSync(path.join(os.tmpdir(), 'schema-atlas-'));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  write('package.json', '{ "name": "shop", "private": true, "codeOwners": ["@shop/all"] }');
  write('pnpm-workspace.yaml', 'packages:\n  - packages/*\n');
  write('schema.config.json', JSON.stringify(CONFIG));
  write('packages/store/package.json', '{ "name": "@shop/store", "version": "1.0.0" }');
  write('packages/store/prisma/base.prisma', BASE);
  const domain = (name: string, needs: readonly string[], fragment: string) => {
    const dependencies = Object.fromEntries(needs.map((each) => [`@shop/${each}`, 'workspace:^']));
    const json = { name: `@shop/${name}`, version: '1.0.0', schemaDomain: name, dependencies };
    write(`packages/${name}/package.json`, JSON.stringify(json));
    write(`packages/${name}/prisma/models.prisma`, fragment);
  };
  domain('goods', [], GOODS);
  domain('sales', ['goods'], ORDERS);
  const migration = (name: string, sql: string, domains: readonly string[]) => {
    write(`packages/store/prisma/migrations/${name}/migration.sql`, sql);
    const meta = JSON.stringify({ domains, reversible: true, losses: [] });
    write(`packages/store/prisma/migrations/${name}/meta.json`, meta);
  };
  migration(
    '20260101120000_first',
    `CREATE TYPE "kind" AS ENUM ('piece');
     CREATE TABLE "items" ("id" INTEGER NOT NULL, "name" TEXT NOT NULL, "kind" "kind" NOT NULL);
     CREATE TABLE "orders" ("id" INTEGER NOT NULL);`,
    ['goods', 'sales'],
  );
  migration(
    '20260201120000_second',
    `ALTER TABLE "items" RENAME COLUMN "name" TO "title";
     ALTER TABLE "orders" ADD COLUMN "item_id" INTEGER NOT NULL;
     ALTER TYPE "kind" ADD VALUE 'weight';`,
    ['goods', 'sales'],
  );
  return { root, write, remove: () => rmSync(root, { recursive: true, force: true }) };
}
