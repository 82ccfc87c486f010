/** @module-tag slow */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createTestDatabase } from '@holovitals/postgres/testing';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeMigration } from '../../src/dev/dev.ts';
import type { DatabaseTarget } from '../../src/environment/database-target.ts';
import { openWorkspace } from '../../src/environment/workspace.ts';
import { fillTables } from '../../src/reversibility/fill-tables.ts';
import { proveReversible } from '../../src/reversibility/prove-reversible.ts';
import { readPlacedColumns, type PlacedColumn } from '../../src/rollback/lost-values.ts';
import { runScript } from '../../src/statements/run-script.ts';
import { openShop, type Shop } from '../shop-workspace.ts';
import { randomFragments } from './random-fragments.ts';

const seed = Number(process.env['UP_AND_DOWN_SEED'] ?? 1);
const schemas = Number(process.env['UP_AND_DOWN_SCHEMAS'] ?? 8);

let shop: Shop;
let target: DatabaseTarget;
/** The migrations that lead to each schema from the one before it. */
const changes: (readonly string[])[] = [];

beforeAll(async () => {
  shop = await openShop();
  const { name: database, url } = shop.database;
  const urls = { ownerUrl: url, adminUrl: url, appUrl: shop.appUrl, sideRoles: [] };
  target = { kind: 'external', database, ownerRole: '', appRole: '', ...urls };
  shop.delete('packages/catalog/sql/cheapest.sql');
  shop.delete('packages/catalog/seeds/10-items.json');
  for (const fragment of fc.sample(randomFragments, { numRuns: schemas, seed })) {
    shop.write('packages/catalog/prisma/items.prisma', fragment);
    const composed = await shop.compose();
    expect(composed, composed.stderr).toMatchObject({ code: 0 });
    const written = await writeMigration(openWorkspace(shop.root), target, {
      ...{ name: `schema_${changes.length}`, acceptDataLoss: true, renaming: { renames: false } },
    }).catch((e: unknown) => {
      console.error(JSON.stringify(e), (e as Error).cause, fragment);
      throw e;
    });
    if (written !== null) changes.push(written.names);
  }
}, 900_000);

afterAll(() => shop.remove());

it(`leads from schema to schema and back to the same catalog (seed ${seed})`, async () => {
  const proofs = await proveReversible(openWorkspace(shop.root), target);
  expect(proofs.filter(({ verdict }) => verdict === 'broken')).toEqual([]);
  expect(proofs).toHaveLength(changes.flat().length);
}, 900_000);

it(`keeps what was not dropped there and back (seed ${seed})`, async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  let compared = 0;
  for (const names of changes) {
    await fillTables(client);
    const columns = await readPlacedColumns(client);
    const before = await readRows(client, columns);
    const back = [...names].reverse();
    if (await go(client, names, 'migration.sql', back)) {
      const left = new Map((await readPlacedColumns(client)).map((it) => [it.key, it.type]));
      const kept = columns.filter(({ key, type }) => left.get(key) === type);
      if (await go(client, back, 'down.sql', names)) {
        expect(await readRows(client, kept)).toEqual(only(before, kept));
        compared += kept.length;
        if (await go(client, names, 'migration.sql', back)) continue;
      } else {
        // Nobody knows the values of a required or unique column that went.
        expect(await go(client, back, 'down.sql', names)).toBe(true);
      }
    }
    // Rows may stand in the way, as real ones do.
    expect(await go(client, names, 'migration.sql', back)).toBe(true);
  }
  await client.end();
  await database.drop();
  expect(compared).toBeGreaterThan(0);
}, 900_000);

/** A value that is missing, there twice, refused by a check, or not of the new type. */
const STANDS_IN_THE_WAY = /^(23|22)/;

type Rows = Readonly<Record<string, readonly unknown[]>>;

/** The values of each column by its table's number and its place, in the order of the ids. */
async function readRows(client: pg.Client, columns: readonly PlacedColumn[]): Promise<Rows> {
  const rows: Record<string, readonly unknown[]> = {};
  for (const { key, schema, table, column } of columns) {
    const [name, ...place] = [column, schema, table].map((it) => pg.escapeIdentifier(it));
    const found = await client.query<{ value: unknown }>(
      `select to_jsonb(${name}) as value from ${place.join('.')} order by id`,
    );
    rows[key] = found.rows.map(({ value }) => value);
  }
  return rows;
}

function only(rows: Rows, columns: readonly PlacedColumn[]): Rows {
  return Object.fromEntries(columns.map(({ key }) => [key, rows[key] ?? []]));
}

/** Runs scripts; where rows stand in the way of one, takes them out and undoes what ran. */
async function go(
  client: pg.Client,
  names: readonly string[],
  file: 'migration.sql' | 'down.sql',
  back: readonly string[],
): Promise<boolean> {
  const run = async (name: string, script: string) =>
    runScript(client, readFileSync(path.join(shop.migrations, name, script), 'utf8'));
  for (const [place, name] of names.entries()) {
    try {
      await run(name, file);
    } catch (error) {
      if (!STANDS_IN_THE_WAY.test((error as { code?: string }).code ?? '')) throw error;
      const other = file === 'down.sql' ? 'migration.sql' : 'down.sql';
      await empty(client);
      for (const done of back.slice(back.length - place)) await run(done, other);
      return false;
    }
  }
  return true;
}

async function empty(client: pg.Client): Promise<void> {
  const tables = (await readPlacedColumns(client)).map(({ schema, table }) =>
    [schema, table].map((it) => pg.escapeIdentifier(it)).join('.'),
  );
  await client.query(`truncate ${[...new Set(tables)].join(', ')}`);
}
