import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { crashServer } from './own-server.ts';
import { endOfSession, query, type Victim } from './kill-command.ts';
import { openMigratedShop, type Shop } from '../shop-workspace.ts';
import { addLedger, LEDGER, LEDGER_ROWS, OTHER_ROWS } from './ledger-migrations.ts';
import { randomNumbers } from './random-numbers.ts';

/** How often to kill, and where. */
export interface KillPlan {
  readonly rounds: number;
  readonly seed: number;
  /** Milliseconds after a line of progress within which the kill falls; 0: at once. */
  readonly withinMs: number;
  readonly onRound?: (round: KillRound) => void;
}

/** What was killed, and how it went on. */
export interface KillRound {
  readonly command: 'deploy' | 'rollback';
  readonly victim: Victim;
  /** The work was done before the kill came. */
  readonly finished: boolean;
  /** A migration that runs outside transactions was cut off, and resolved first. */
  readonly resolved: boolean;
}

interface Status {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  readonly failed: readonly string[];
}

const COMMANDS = {
  deploy: ['deploy'],
  rollback: ['rollback', '--no-backup', '--accept-data-loss', '--steps', String(LEDGER.length)],
} as const;

/**
 * Deploys and rolls back in turns, and kills the migrator or its server with SIGKILL while it works.
 * After each kill, `status` must tell what the catalog shows, one command must finish the work, and
 * no row may be lost or doubled.
 */
export async function runKillRounds(plan: KillPlan): Promise<KillRound[]> {
  const random = randomNumbers(plan.seed);
  const shop = await openMigratedShop();
  try {
    const others = await fill(shop);
    addLedger(shop);
    await finish(shop, 'deploy');
    const rows = await query(shop, LEDGER_ROWS);
    await finish(shop, 'rollback');
    const rounds: KillRound[] = [];
    for (let round = 0; round < plan.rounds; round += 1) {
      const command = round % 2 === 0 ? 'deploy' : 'rollback';
      const victim = random() < 0.5 ? 'migrator' : 'server';
      const line = Math.floor(random() * LEDGER.length);
      const finished = await killWhile(shop, {
        command,
        victim,
        line,
        ms: random() * plan.withinMs,
      });
      const resolved = await expectTruth(shop);
      await finish(shop, command);
      if (command === 'deploy') expect(await query(shop, LEDGER_ROWS)).toEqual(rows);
      expect(await query(shop, OTHER_ROWS)).toEqual(others);
      const done = { command, victim, finished, resolved } as const;
      plan.onRound?.(done);
      rounds.push(done);
    }
    return rounds;
  } finally {
    await shop.remove();
  }
}

async function fill(shop: Shop): Promise<unknown[]> {
  await query(
    shop,
    `insert into items (id, name, price_cents, updated_at)
     select gen_random_uuid(), 'item ' || n, n, now() from generate_series(1, 1000) n`,
  );
  return query(shop, OTHER_ROWS);
}

interface Kill extends Pick<KillRound, 'command' | 'victim'> {
  /** Falls after this line about a migration, counted from 0. */
  readonly line: number;
  readonly ms: number;
}

/** Answers whether the command ended well before it could be killed. */
async function killWhile(shop: Shop, { command, victim, line, ms }: Kill): Promise<boolean> {
  const child = shop.start(...COMMANDS[command]);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let said = '';
  const reached = new Promise<void>((resolve) => {
    child.stderr?.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.split(/^(?:applying|undoing) /m).length > line + 1) resolve();
    });
  });
  await Promise.race([reached, ended]);
  if (ms > 0) await wait(ms);
  if (victim === 'migrator') {
    child.kill('SIGKILL');
    await endOfSession(shop);
  } else await crashServer();
  return (await ended) === 0;
}

/** Holds `status` against the catalog; resolves what was cut off outside a transaction. */
async function expectTruth(shop: Shop): Promise<boolean> {
  const status = await statusOf(shop);
  for (const { name, probe } of LEDGER) {
    const [row] = await query<{ there: boolean }>(shop, `select ${probe} as there`);
    const told = status.applied.includes(name)
      ? true
      : status.pending.includes(name)
        ? false
        : 'failed';
    if (told === 'failed') expect(status.failed).toEqual([LEDGER[2]?.name]);
    else expect({ name, told }).toEqual({ name, told: row?.there });
  }
  const [failed] = status.failed;
  if (failed === undefined) return false;
  const shown = await shop.migrator('resolve', failed, '--json');
  const [best] = (JSON.parse(shown.stdout) as { possible: string[] }).possible;
  expect(await shop.migrator('resolve', failed, `--${best}`)).toMatchObject({ code: 0 });
  return true;
}

async function statusOf(shop: Shop): Promise<Status> {
  return JSON.parse((await shop.migrator('status', '--json')).stdout) as Status;
}

/** Runs the command once more, and finds everything done. */
async function finish(shop: Shop, command: KillRound['command']): Promise<void> {
  const { applied } = await statusOf(shop);
  const left = LEDGER.filter(({ name }) => applied.includes(name)).length;
  if (command === 'rollback' && left === 0) return;
  const args =
    command === 'deploy' ? COMMANDS.deploy : [...COMMANDS.rollback.slice(0, -1), String(left)];
  const run = await shop.migrator(...args);
  expect(run.stderr + run.stdout).not.toContain('fix:');
  expect(run.code).toBe(0);
  const status = await statusOf(shop);
  const isDeployed = command === 'deploy';
  for (const { name, probe } of LEDGER) {
    expect(isDeployed ? status.applied : status.pending).toContain(name);
    expect(await query(shop, `select ${probe} as there`)).toEqual([{ there: isDeployed }]);
  }
  const recorded = await query<{ n: number }>(
    shop,
    `select count(*)::int as n from _prisma_migrations
     where migration_name like '2999%' and finished_at is not null and rolled_back_at is null`,
  );
  expect(recorded).toEqual([{ n: isDeployed ? LEDGER.length : 0 }]);
}
