/** @module-tag slow */
import { readFileSync } from 'node:fs';
import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, type ClientOptions } from './create-client.ts';

/** Parts of a second in which the kernel counts. */
const JIFFIES = 100;
/** What the kernel waits for on an idle connection: 02 is the probe that keeps it alive. */
const KEEP_ALIVE_TIMER = '02';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

/** Seconds until the kernel asks whether the server is there, of a client's connection; null: never. */
async function nextProbe(options: Partial<ClientOptions>): Promise<number | null> {
  const db = createClient({ url: database.url, maxConnections: 1, ...options });
  try {
    const [row] = await db.$queryRaw<{ port: number }[]>`select inet_client_port() as port`;
    const port = (row?.port ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const own = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .find(([, local = '']) => local.endsWith(`:${port}`));
    const [timer = '', when = ''] = (own?.[5] ?? '').split(':');
    return timer === KEEP_ALIVE_TIMER ? parseInt(when, 16) / JIFFIES : null;
  } finally {
    await db.$disconnect();
  }
}

it.runIf(process.platform === 'linux')('asks an idle server whether it is there', async () => {
  const usual = (await nextProbe({})) ?? 0;
  expect(usual).toBeGreaterThan(20);
  expect(usual).toBeLessThanOrEqual(30);
  expect(await nextProbe({ keepAliveMs: 5_000 })).toBeLessThanOrEqual(5);
  expect(await nextProbe({ keepAliveMs: 0 })).toBeNull();
});
