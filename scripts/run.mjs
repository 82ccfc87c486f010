// Runs a workspace program by its folder, building it first where it was never built:
// `node scripts/run.mjs tooling/postgres db status`. Prints nothing of its own.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { reportFailure, root, runStage } from './run-stages.mjs';

const [folder = '', program = '', ...args] = process.argv.slice(2);

try {
  if (!existsSync(path.join(root, folder, 'dist'))) {
    await runStage({
      name: `build ${folder}`,
      command: 'turbo',
      args: ['run', 'build', `--filter=./${folder}`, '--output-logs=errors-only'],
      fix: 'pnpm build',
    });
  }
  const entry = path.join(root, folder, 'bin', `${program}.mjs`);
  const run = spawnSync(process.execPath, [entry, ...args], { stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
} catch (error) {
  process.exitCode = reportFailure(error);
}
