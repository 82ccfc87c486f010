/** @module-tag slow */
import { expect, it } from 'vitest';
import { runBackfillKills } from '../soak/kill-backfills.ts';
import { runBackupKills } from '../soak/kill-backups.ts';

const rounds = Number(process.env['SOAK_ROUNDS'] ?? 4);
const seed = Number(process.env['SOAK_SEED'] ?? 4711);

it(
  `survives that it, or its server, is killed while it backs up or restores (seed ${seed})`,
  { timeout: 120_000 + rounds * 60_000 },
  async () => {
    const kills = await runBackupKills({ rounds, seed });
    expect(new Set(kills.map(({ victim }) => victim)).size).toBe(2);
  },
);

it(
  `survives that it, or its server, is killed while it fills back (seed ${seed})`,
  { timeout: 120_000 + rounds * 60_000 },
  async () => {
    const kills = await runBackfillKills({ rounds, seed });
    expect(new Set(kills.map(({ victim }) => victim)).size).toBe(2);
  },
);
