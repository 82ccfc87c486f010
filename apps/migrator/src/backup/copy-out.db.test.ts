import { createTestDatabase } from '@holovitals/postgres/testing';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOut } from './copy-out.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let client: pg.Client;

const open = async (): Promise<pg.Client> => {
  const opened = new pg.Client({ connectionString: database.url });
  opened.on('error', () => undefined);
  await opened.connect();
  return opened;
};

beforeAll(async () => {
  database = await createTestDatabase();
  client = await open();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

async function rowsOf(query: string): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of copyOut(client, `copy (${query}) to stdout`)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const lengths = fc.array(
  fc.oneof(fc.nat(9), fc.nat(300), fc.integer({ min: 65_000, max: 66_000 }), fc.nat(3_000_000)),
  { maxLength: 40 },
);

describe('copyOut', () => {
  it('answers rows of any length as the server sends them', async () => {
    await fc.assert(
      fc.asyncProperty(lengths, async (of) => {
        const query = `select repeat(chr(65 + n::int % 26), length) from unnest('{${of.join()}}'::int[]) with ordinality as t (length, n)`;
        const expected = of.map((length, n) =>
          String.fromCharCode(65 + ((n + 1) % 26)).repeat(length),
        );
        const found = await rowsOf(query);
        expect(found === expected.map((it) => `${it}\n`).join('')).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('answers a hundred thousand short rows, and rows without columns', async () => {
    const numbers = Array.from({ length: 100_000 }, (_, n) => `${n}\n`).join('');
    expect((await rowsOf('select generate_series(0, 99999)')) === numbers).toBe(true);
    expect(await rowsOf('select from generate_series(1, 3)')).toBe('\n\n\n');
    expect(await rowsOf('select where false')).toBe('');
  });

  it('passes what the server tells between rows', async () => {
    await client.query(`set client_min_messages = notice; create function tells(n int) returns int
      language plpgsql as $$ begin raise notice '%', repeat('x', n % 70); return n; end $$`);
    const notices: unknown[] = [];
    client.on('notice', (notice) => notices.push(notice));
    const found = await rowsOf('select tells(n) from generate_series(0, 2999) n');
    expect(found).toBe(Array.from({ length: 3_000 }, (_, n) => `${n}\n`).join(''));
  });

  it('throws what ends a copy in the middle, and leaves a session that goes on', async () => {
    const query = 'select 1 / (50000 - n) from generate_series(1, 90000) n';
    await expect(rowsOf(query)).rejects.toMatchObject({ code: '22012' });
    await expect(rowsOf('selec')).rejects.toMatchObject({ code: '42601' });
    expect(await rowsOf('select 7')).toBe('7\n');
    expect((await client.query('select 8 as n')).rows).toEqual([{ n: 8 }]);
  });

  it('keeps the server waiting for a reader who is busy', async () => {
    const other = await open();
    const rows = copyOut(
      other,
      `copy (select repeat('x', 1000) from generate_series(1, 100000)) to stdout`,
    );
    const first = await rows.next();
    let bytes = first.done === true ? 0 : first.value.length;
    const sent = async () =>
      (
        await client.query<{ event: string }>(
          `select wait_event as event from pg_stat_activity where query ~ '^copy .*repeat' and pid <> pg_backend_pid()`,
        )
      ).rows[0]?.event;
    await expect.poll(sent, { timeout: 20_000 }).toBe('ClientWrite');
    for await (const piece of rows) bytes += piece.length;
    expect(bytes).toBe(100_100_000);
    await other.end();
  });

  it('ends the session of who stops before the end, and of who loses it', async () => {
    const endless = `copy (select repeat('x', 1000) from generate_series(1, 10000000)) to stdout`;
    const stopped = await open();
    for await (const piece of copyOut(stopped, endless)) if (piece.length > 0) break;
    await expect(stopped.query('select 1')).rejects.toThrow();
    const lost = await open();
    const { rows } = await lost.query<{ pid: number }>('select pg_backend_pid() as pid');
    const reading = (async () => {
      for await (const piece of copyOut(lost, endless)) {
        if (piece.length > 0) await client.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      }
    })();
    await expect(reading).rejects.toThrow();
  });
});
