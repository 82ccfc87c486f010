import { startPgBouncer, type PgBouncer } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newestMigration, openShop, type Run, type Shop } from '../shop-workspace.ts';

let shop: Shop;
let pooler: PgBouncer | undefined;

beforeEach(async () => {
  shop = await openShop();
  expect(await shop.migrator('roles', 'sync')).toMatchObject({ code: 0 });
});

afterEach(async () => {
  await pooler?.stop();
  pooler = undefined;
  await shop.remove();
});

/** Starts a PgBouncer; answers the environment of an operator who goes through it. */
async function pool(mode: 'session' | 'transaction' | 'statement', poolSize: number) {
  const urls = [shop.database.url, shop.appUrl] as const;
  const started = await startPgBouncer({ mode, poolSize, urls });
  pooler = started;
  return {
    DATABASE_URL: started.through(shop.database.url),
    APP_DATABASE_URL: started.through(shop.appUrl),
  };
}

function findingOf(run: Run, name: string): { state: string } | undefined {
  const { findings } = JSON.parse(run.stdout) as { findings: { name: string; state: string }[] };
  return findings.find((finding) => finding.name === name);
}

async function tables(): Promise<string[]> {
  const client = new pg.Client({ connectionString: shop.database.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace`,
    );
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

describe.each(['transaction', 'statement'] as const)('PgBouncer in %s mode', (mode) => {
  it.each([1, 20])('is refused with a pool of %i, and nothing is done', async (poolSize) => {
    const pooled = await pool(mode, poolSize);
    for (const command of [['deploy'], ['roles', 'sync'], ['dev', '--name', 'first']]) {
      const run = await shop.migratorWith(pooled, ...command);
      expect(run).toMatchObject({ code: 2, stdout: '' });
      expect(run.stderr).toContain('MIGRATOR.POOLER_REFUSED');
    }
    expect(await tables()).toEqual([]);
    expect(newestMigration(shop)).toBe('');
  });

  it('is told of by the doctor', async () => {
    const run = await shop.migratorWith(await pool(mode, 20), 'doctor', '--json');
    expect(findingOf(run, 'pooler')).toMatchObject({ state: 'critical' });
    expect(run.code).toBe(4);
  });
});

describe('PgBouncer in session mode', () => {
  it('takes every step from an empty database to a seeded one', async () => {
    const pooled = await pool('session', 20);
    const steps = [['roles', 'sync'], ['dev', '--name', 'first'], ['deploy'], ['seed'], ['verify']];
    for (const step of steps) {
      expect(await shop.migratorWith(pooled, ...step)).toMatchObject({ code: 0 });
    }
    expect(await shop.migratorWith(pooled, 'status')).toMatchObject({ code: 0 });
    const run = await shop.migratorWith(pooled, 'doctor', '--json');
    expect(findingOf(run, 'pooler')).toMatchObject({ state: 'ok' });
  });

  it('lets one of several deploys in at a time', async () => {
    await shop.migrator('dev', '--name', 'first', '--create-only');
    const pooled = await pool('session', 20);
    const runs = await Promise.all(
      Array.from({ length: 4 }, () => shop.migratorWith(pooled, 'deploy', '--json')),
    );
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const applied = runs.flatMap(
      ({ stdout }) => (JSON.parse(stdout) as { migrations: string[] }).migrations,
    );
    expect(applied).toEqual([newestMigration(shop)]);
  });
});
