/** @module-tag slow */
import { expect, it } from 'vitest';
import { runKillRounds } from '../soak/kill-rounds.ts';

it('survives that it, or its server, is killed while it deploys or rolls back', async () => {
  const rounds = await runKillRounds({ rounds: 4, seed: 4711, withinMs: 0 });
  expect(new Set(rounds.map(({ victim }) => victim)).size).toBe(2);
});
