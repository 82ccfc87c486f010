// Builds everything, then measures: `node scripts/bench.mjs [row…]`.
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
  const program = path.join(root, 'bench/src/main.mjs');
  const bench = spawn(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  const [code] = await once(bench, 'close');
  process.exitCode = code ?? 1;
} catch (error) {
  process.exitCode = reportFailure(error);
}
