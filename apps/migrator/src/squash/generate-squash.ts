import type pg from 'pg';
import type { ReplayDatabase } from '../dev/replay-database.ts';
import { meansTheSame } from '../catalog/same-meaning.ts';
import { squashUnproven } from '../errors.ts';
import type { Migration } from '../history/read-history.ts';
import { compareStates, readState, type DatabaseState } from '../replay/database-state.ts';
import { findChance } from '../replay/find-chance.ts';
import { replayMigrations, replayOrThrow } from '../replay/replay-migrations.ts';
import { inColumnOrder } from './column-order.ts';
import { writeRows } from './write-rows.ts';
import { writeDown, writeUp } from './write-script.ts';

/** The scripts that stand for several migrations. */
export interface SquashScripts {
  readonly up: string;
  readonly down: string;
  /** Statements of `up`. */
  readonly statements: number;
  /** Rows that it writes, since the migrations did. */
  readonly rows: number;
}

/**
 * Writes one script for migrations, and its way back, from what they leave in an empty database; both
 * are proved there: structure, rows and sequences are the same, and the way back leads to nothing.
 *
 * @throws CodedError `MIGRATOR.SQUASH_UNPROVEN`, `MIGRATOR.HISTORY_NOT_REPLAYABLE`
 */
export async function generateSquash(
  replay: ReplayDatabase,
  migrations: readonly Migration[],
  onProgress: (line: string) => void,
): Promise<SquashScripts> {
  const { client } = replay;
  await replay.wipe();
  const empty = await readState(client);
  await replayOrThrow(client, migrations, { onProgress });
  const wanted = await readState(client);
  const catalog = await inColumnOrder(client, wanted.catalog);
  const rows = await writeRows(client, wanted);
  await refuseChance(replay, migrations, wanted);

  onProgress('writing one script for them, and its way back');
  await replay.wipe();
  const up = await writeUp(client, catalog, rows);
  await refuse(client, 'the script does not make', wanted);
  const down = await writeDown(client, wanted, empty.catalog);

  onProgress('proving both');
  await replay.wipe();
  await client.query(`begin;\n${up.join('\n')}\ncommit;`);
  await refuse(client, 'the script, in one transaction, does not make', wanted);
  await client.query(`begin;\n${down.join('\n')}\ncommit;`);
  await refuse(client, 'the way back leaves', withExtensions(empty, wanted));
  return {
    up: up.join('\n\n').concat('\n'),
    down: down.join('\n').concat('\n'),
    statements: up.length,
    rows: [...wanted.rows.values()].reduce((sum, table) => sum + table.rows, 0),
  };
}

async function refuse(client: pg.Client, what: string, wanted: DatabaseState): Promise<void> {
  const differences = compareStates(wanted, await readState(client));
  const lines: string[] = [];
  for (const difference of differences) {
    if (!(await meansTheSame(difference))) lines.push(`${what}: ${difference.identity}`);
  }
  if (lines.length > 0) throw squashUnproven(lines);
}

/** Random values and times cannot be written down as what the migrations make. */
async function refuseChance(
  replay: ReplayDatabase,
  migrations: readonly Migration[],
  wanted: DatabaseState,
): Promise<void> {
  if (wanted.values.size === 0) return;
  const chance = await findChance(wanted, async () => {
    await replay.wipe();
    return (await replayMigrations(replay.client, migrations)) ?? readState(replay.client);
  });
  if (chance.size === 0) return;
  const columns = [...chance].map((key) => (JSON.parse(key) as string[]).join('.'));
  throw squashUnproven(columns.map((name) => `values differ each time it runs: ${name}`));
}

/** They stay: an administrator may have made them. */
function withExtensions(empty: DatabaseState, whole: DatabaseState): DatabaseState {
  const extensions = [...whole.catalog].filter(
    ([identity, { kind }]) => kind === 'extension' || identity.startsWith('comment on extension '),
  );
  return { ...empty, catalog: new Map([...empty.catalog, ...extensions]) };
}
