// Runs a workspace program by its folder, building it first where it was never built:
// `node scripts/run.mjs tooling/postgres db status`. Prints nothing of its own when all goes well.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
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
  process.exitCode = await runProgram(path.join(root, folder, 'bin', `${program}.mjs`));
} catch (error) {
  process.exitCode = reportFailure(error);
}

/** Passes signals on and answers as a shell would: 128 and the signal's number. */
function runProgram(entry) {
  const child = spawn(process.execPath, [entry, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + os.constants.signals[signal]));
  });
}
