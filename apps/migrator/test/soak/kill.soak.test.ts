import { expect, it } from 'vitest';
import { runBackfillKills } from './kill-backfills.ts';
import { runBackupKills } from './kill-backups.ts';
import { runKillRounds } from './kill-rounds.ts';

const rounds = Number(process.env['SOAK_ROUNDS'] ?? 200);
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);
const LONGEST_MS = 120_000;

interface Round {
  readonly command: string;
  readonly victim: string;
  readonly finished: boolean;
  readonly resolved?: boolean;
}

it.each([
  [
    'deploys and rollbacks',
    (onRound: (round: Round) => void) => runKillRounds({ rounds, seed, withinMs: 400, onRound }),
  ],
  ['backfills', (onRound: (round: Round) => void) => runBackfillKills({ rounds, seed, onRound })],
  [
    'backups and restores',
    (onRound: (round: Round) => void) => runBackupKills({ rounds, seed, onRound }),
  ],
])(
  `%s survive ${rounds} kills (seed ${seed})`,
  { timeout: rounds * LONGEST_MS },
  async (_, run) => {
    let count = 0;
    const done = await run(({ command, victim, finished, resolved = false }) => {
      const how = finished ? 'done before the kill' : resolved ? 'resolved, finished' : 'finished';
      process.stderr.write(`${(count += 1)}/${rounds} ${command}, ${victim} killed: ${how}\n`);
    });
    expect(done).toHaveLength(rounds);
  },
);
