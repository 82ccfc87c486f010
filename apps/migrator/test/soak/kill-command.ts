import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { expect } from 'vitest';
import type { Shop } from '../shop-workspace.ts';
// The server is to be removed after the shops: import this file before them.
import { crashServer } from './own-server.ts';

/** Who is killed: the program, or the server that it works on. */
export type Victim = 'migrator' | 'server';

/**
 * Runs a command and kills its program or its server with SIGKILL after some time. Answers whether
 * the command ended well before.
 */
export async function killWithin(
  shop: Shop,
  args: readonly string[],
  victim: Victim,
  ms: number,
): Promise<boolean> {
  const child = shop.start(...args);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await wait(ms);
  if (victim === 'migrator') child.kill('SIGKILL');
  else await crashServer();
  return (await ended) === 0;
}

/** A session whose program was killed goes on for up to a second, until the server notices. */
export async function endOfSession(shop: Shop): Promise<void> {
  const sessions = `select from pg_stat_activity where application_name = 'migrator' and datname = current_database()`;
  await expect.poll(() => query(shop, sessions), { timeout: 30_000 }).toEqual([]);
}

/** Queries a shop's database in a session of its own, which may be cut off. */
export async function query<T>(shop: Shop, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: shop.database.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}
