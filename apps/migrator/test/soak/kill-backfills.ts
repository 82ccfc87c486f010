import { expect } from 'vitest';
import { endOfSession, killWithin, query, type Victim } from './kill-command.ts';
import { openMigratedShop, type Shop } from '../shop-workspace.ts';
import type { KillPlan } from './kill-rounds.ts';
import { randomNumbers } from './random-numbers.ts';

/** What was killed, and whether its work was done before the kill came. */
export interface BackfillKill {
  readonly command: 'backfill';
  readonly victim: Victim;
  readonly finished: boolean;
}

interface BackfillPlan extends Pick<KillPlan, 'rounds' | 'seed'> {
  readonly onRound?: (kill: BackfillKill) => void;
}

const NAME = 'catalog/count';
const ROWS = 30_000;
const TABLE = `create table counted (id integer primary key, done integer not null default 0);
  insert into counted select n from generate_series(1, ${ROWS}) n`;
const STEPS = `-- @table counted
update counted set done = done + 1 where id between :from and :to;
`;

/**
 * Runs a backfill that counts each row, again and again, and kills the migrator or its server with
 * SIGKILL meanwhile. After each kill the record tells exactly which rows were done, and the same
 * command does the others, and none twice.
 */
export async function runBackfillKills(plan: BackfillPlan): Promise<BackfillKill[]> {
  const random = randomNumbers(plan.seed);
  const shop = await openMigratedShop();
  try {
    await query(shop, TABLE);
    shop.write('packages/catalog/backfills/count.sql', STEPS);
    const took = await finish(shop, 1);
    const kills: BackfillKill[] = [];
    for (let round = 0; round < plan.rounds; round += 1) {
      expect(await shop.migrator('backfill', 'reset', NAME)).toMatchObject({ code: 0 });
      const victim = round % 2 === 0 ? 'migrator' : 'server';
      const args = ['backfill', 'run', NAME, '--batch', '300'];
      const finished = await killWithin(shop, args, victim, random() * took);
      await endOfSession(shop);
      await expectTruth(shop, round + 2);
      await finish(shop, round + 2);
      const kill = { command: 'backfill', victim, finished } as const;
      plan.onRound?.(kill);
      kills.push(kill);
    }
    return kills;
  } finally {
    await shop.remove();
  }
}

/** As many rows are done as are recorded, where anything is. */
async function expectTruth(shop: Shop, times: number): Promise<void> {
  const [counted] = await query<{ done: number }>(
    shop,
    `select count(*)::int as done from counted where done = ${times}`,
  );
  const { stdout } = await shop.migrator('backfill', 'status', NAME, '--json');
  const { backfills } = JSON.parse(stdout) as {
    backfills: { state: string; record: { rows: number } | null }[];
  };
  expect(backfills[0]?.record?.rows ?? 0).toBe(counted?.done);
  expect(['waiting', 'stopped', 'complete']).toContain(backfills[0]?.state);
}

/** Goes on to the end; answers how long that took, in milliseconds. */
async function finish(shop: Shop, times: number): Promise<number> {
  const begun = performance.now();
  const run = await shop.migrator('backfill', 'run', NAME, '--batch', '300');
  expect(run).toMatchObject({ code: 0 });
  expect(await query(shop, 'select done, count(*)::int as n from counted group by 1')).toEqual([
    { done: times, n: ROWS },
  ]);
  return performance.now() - begun;
}
