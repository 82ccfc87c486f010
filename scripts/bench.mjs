// Builds everything, then measures: `node scripts/bench.mjs [row…]`, or soaks: `… soak`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { reportFailure, root, runStage } from './run-stages.mjs';

try {
  await runStage({
    name: 'build',
    command: 'turbo',
    args: ['run', 'build', '--output-logs=errors-only'],
    fix: 'pnpm build',
  });
  const [first, ...rest] = process.argv.slice(2);
  const isSoak = first === 'soak';
  const program = path.join(root, isSoak ? 'bench/src/soak.mjs' : 'bench/src/main.mjs');
  const args = isSoak ? rest : process.argv.slice(2);
  const bench = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
  const [code] = await once(bench, 'close');
  process.exitCode = code ?? 1;
} catch (error) {
  process.exitCode = reportFailure(error);
}
