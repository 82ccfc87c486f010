#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string' },
    of: { type: 'string' },
  },
});
const env = { ...process.env, SOAK_ROUNDS: values.rounds };
if (values.seed !== undefined) env.SOAK_SEED = values.seed;
// Such as `--of backups`: one of the three alone.
const chosen = values.of === undefined ? [] : ['--testNamePattern', values.of];
const child = spawn(
  'vitest',
  ['run', '--disable-console-intercept', '--config', 'vitest.soak.config.ts', ...chosen],
  {
    env,
    stdio: 'inherit',
  },
);
child.once('close', (code) => (process.exitCode = code ?? 1));
