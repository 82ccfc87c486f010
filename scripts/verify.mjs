import { spawn } from 'node:child_process';
import { reportFailure, root, runStage } from './run-stages.mjs';

const CLOSING_LINE = /tests: (\d+) passed, (\d+) failed, (\d+) skipped/g;

try {
  await runStage({
    name: 'build',
    command: 'turbo',
    args: ['run', 'build', '--output-logs=errors-only'],
    fix: 'pnpm build',
  });
  const [task = 'test', ...rest] = process.argv.slice(2);
  process.exitCode = await runTests(task, rest);
} catch (error) {
  process.exitCode = reportFailure(error);
}

/**
 * Runs one test task of every package and closes on a single line that counts all their tests.
 * A run in which no test passed has failed, unless only what is affected was asked for.
 */
async function runTests(task, args) {
  const options = ['--continue', '--concurrency=100%'];
  const { code, output } = await passThrough(['run', task, ...options, ...args]);
  const totals = [0, 0, 0];
  for (const match of output.matchAll(CLOSING_LINE)) {
    totals.forEach((total, index) => (totals[index] = total + Number(match[index + 1])));
  }
  const [passed, failed, skipped] = totals;
  process.stdout.write(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return code === 0 && passed === 0 && !args.includes('--affected') ? 1 : code;
}

/** Runs turbo with its output passed on, and kept for the count. */
function passThrough(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('turbo', args, {
      cwd: root,
      env: { ...process.env, DO_NOT_TRACK: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      process.stdout.write(text);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
