import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { killWithin, query, type Victim } from './kill-command.ts';
import { BACKUP_KEY, openMigratedShop, type Run, type Shop } from '../shop-workspace.ts';
import type { KillPlan } from './kill-rounds.ts';
import { randomNumbers } from './random-numbers.ts';

/** What was killed, and whether its work was done before the kill came. */
export interface BackupKill {
  readonly command: 'backup' | 'restore';
  readonly victim: Victim;
  readonly finished: boolean;
}

const ROWS = `select count(*)::int as n, md5(string_agg(i::text, ',' order by id)) as items from items i`;
const FILL = `insert into items (id, name, price_cents, updated_at)
  select gen_random_uuid(), 'item ' || n, n, now() from generate_series(1, 60000) n`;
const KEY = { BACKUP_IDENTITY_FILE: 'backup.key' };
const IDENTITY = ['--identity', 'backup.key'];

/**
 * Backs up and restores in turns, and kills the migrator or its server with SIGKILL meanwhile, at a
 * random moment of the time that the work takes. After each kill every file that has the name of a
 * backup is whole, the database is as it was or as the backup has it, and the same command finishes
 * and leaves nothing of what was cut off but hidden parts of files.
 */
export async function runBackupKills({ rounds, seed, onRound }: BackupPlan): Promise<BackupKill[]> {
  const random = randomNumbers(seed);
  const shop = await openMigratedShop();
  try {
    shop.write('backup.key', BACKUP_KEY.identity);
    await query(shop, FILL);
    const [saved] = await query(shop, ROWS);
    const whole = await mustRun(shop, 'backup', '--out', 'whole.age');
    const restore = ['restore', 'whole.age', '--replace', '--end-sessions', ...IDENTITY];
    const took = { backup: whole.ms, restore: (await mustRun(shop, ...restore)).ms };
    const kills: BackupKill[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const command = round % 2 === 0 ? 'backup' : 'restore';
      const victim = round % 4 < 2 ? 'migrator' : 'server';
      await query(shop, `delete from items where price_cents % 2 = 0`);
      const [changed] = await query(shop, ROWS);
      const args = command === 'backup' ? ['backup'] : restore;
      const finished = await killWithin(shop, args, victim, random() * took[command]);
      expect([saved, changed]).toContainEqual((await query(shop, ROWS))[0]);
      expect(await shop.migrator('status')).toMatchObject({ code: 0 });
      for (const file of backupsOf(shop)) await mustRun(shop, 'restore', file, '--dry-run');
      await mustRun(shop, ...args);
      if (command === 'restore') expect((await query(shop, ROWS))[0]).toEqual(saved);
      await expectNothingLeft(shop);
      rmSync(path.join(shop.root, 'backups'), { recursive: true, force: true });
      const kill = { command, victim, finished } as const;
      onRound?.(kill);
      kills.push(kill);
    }
    return kills;
  } finally {
    await dropKept(shop);
    await shop.remove();
  }
}

interface BackupPlan extends Pick<KillPlan, 'rounds' | 'seed'> {
  readonly onRound?: (kill: BackupKill) => void;
}

async function mustRun(shop: Shop, ...args: string[]): Promise<Run & { readonly ms: number }> {
  const begun = performance.now();
  const run = await shop.migratorWith(KEY, ...args);
  expect({ args, ...run }).toMatchObject({ code: 0 });
  return { ...run, ms: performance.now() - begun };
}

function backupsOf({ root }: Shop): string[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => /^backups\/[^.].*\.age$/.test(file));
}

/** Scratch databases go with the next restore, sessions within a second. */
async function expectNothingLeft(shop: Shop): Promise<void> {
  const left = `select datname from pg_database where datname ~ '^migrator_restore_'
    union all select application_name from pg_stat_activity where application_name = 'migrator'`;
  await mustRun(shop, 'backup', 'verify', 'whole.age');
  await expect.poll(() => query(shop, left), { timeout: 30_000 }).toEqual([]);
}

async function dropKept(shop: Shop): Promise<void> {
  const { name } = shop.database;
  const kept = await query<{ datname: string }>(
    shop,
    `select datname from pg_database where starts_with(datname, '${name}_')`,
  );
  for (const { datname } of kept) await query(shop, `drop database "${datname}" with (force)`);
}
