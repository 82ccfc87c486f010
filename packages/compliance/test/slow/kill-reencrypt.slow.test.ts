/** @module-tag slow */
import { once } from 'node:events';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KEYS, runMigrator, startMigrator } from '../run-migrator.ts';

const ROWS = 20_000;
const KILLS = 3;

let database: SchemaDatabase;
let db: Database;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 3, encryptionKey: KEYS.encryption });
});

afterEach(async () => {
  await db.$disconnect();
  await database.drop();
});

const told = async (...args: string[]) => {
  const { stdout, stderr } = await runMigrator(database, ['keys', ...args, '--json']);
  expect(stderr).not.toContain('error');
  return JSON.parse(stdout) as Record<string, unknown>;
};

async function countNew(): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from users where phone_ciphertext like 'hv1.2.%'`;
  return row?.count ?? 0;
}

it('killed again and again while others write, it loses no value and ends whole', async () => {
  for (let from = 0; from < ROWS; from += 2000) {
    await db.user.createMany({
      data: Array.from({ length: 2000 }, (_, at) => ({
        email: `person${from + at}@example.org`,
        phoneCiphertext: `+49 ${from + at}`,
      })),
    });
  }
  await told('rotate', '--yes');
  const changed = new Map<string, string>();
  let isWriting = true;
  const writing = (async () => {
    const ids = (await db.user.findMany({ select: { id: true } })).map(({ id }) => id);
    for (let at = 0; isWriting; at = (at + 37) % ROWS) {
      const id = ids[at] ?? '';
      const phoneCiphertext = `changed ${changed.size}`;
      await db.user.update({ where: { id }, data: { phoneCiphertext } });
      changed.set(id, phoneCiphertext);
    }
  })();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = await countNew();
    const running = startMigrator(database, ['keys', 'reencrypt', '--batch', '100']);
    const exited = once(running, 'exit');
    await expect
      .poll(countNew, { timeout: 60_000, interval: 20 })
      .toBeGreaterThan(before + ROWS / 10);
    running.kill('SIGKILL');
    await exited;
    expect(await countNew()).toBeLessThan(ROWS);
  }
  const rest = await told('reencrypt');
  isWriting = false;
  await writing;
  expect(rest).toMatchObject({ version: 2 });
  const last = await told('reencrypt');
  expect((last['tables'] as { left: number }[]).every(({ left }) => left === 0)).toBe(true);
  expect(await told('verify')).toMatchObject({
    opened: [{ table: 'users', version: 2, values: ROWS }],
    failures: 0,
  });
  const users = await db.user.findMany({
    select: { id: true, email: true, phoneCiphertext: true },
  });
  const wrong = users.filter(
    ({ id, email, phoneCiphertext }) =>
      phoneCiphertext !== (changed.get(id) ?? `+49 ${/\d+/.exec(email)?.[0] ?? ''}`),
  );
  expect(wrong).toEqual([]);
});
