#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, seed: { type: 'string' } },
});
const env = { ...process.env, SOAK_ROUNDS: values.rounds };
if (values.seed !== undefined) env.SOAK_SEED = values.seed;
const child = spawn(
  'vitest',
  ['run', '--disable-console-intercept', '--config', 'vitest.soak.config.ts'],
  {
    env,
    stdio: 'inherit',
  },
);
child.once('close', (code) => (process.exitCode = code ?? 1));
