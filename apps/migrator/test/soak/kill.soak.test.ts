import { expect, it } from 'vitest';
import { runKillRounds } from './kill-rounds.ts';

const rounds = Number(process.env['SOAK_ROUNDS'] ?? 200);
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);

it(`survives ${rounds} kills (seed ${seed})`, { timeout: rounds * 60_000 }, async () => {
  let count = 0;
  const done = await runKillRounds({
    ...{ rounds, seed, withinMs: 400 },
    onRound({ command, victim, finished, resolved }) {
      const how = finished ? 'done before the kill' : resolved ? 'resolved, finished' : 'finished';
      process.stderr.write(`${(count += 1)}/${rounds} ${command}, ${victim} killed: ${how}\n`);
    },
  });
  expect(done).toHaveLength(rounds);
});
