import { setFlagsFromString } from 'node:v8';
import { isCodedError } from '@holovitals/errors';
import { CommanderError } from 'commander';
import { printNote, printResult } from './output.ts';
import { buildProgram } from './program.ts';

// A run is over before WebAssembly that is compiled well would pay for it.
setFlagsFromString('--liftoff-only');

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!isCodedError(error)) {
    printNote(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
  if (process.argv.includes('--json')) printResult(JSON.stringify({ ok: false, error }));
  else {
    printNote(`${error.code}: ${error.message}`);
    if (error.why !== undefined) printNote(`  why: ${error.why}`);
    if (error.fix !== undefined) printNote(`  fix: ${error.fix}`);
  }
  return 2;
}
