import { isCodedError } from '@holovitals/errors';
import { CommanderError } from 'commander';
import { buildProgram } from './program.ts';

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!isCodedError(error)) {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return 1;
  }
  process.stderr.write(`${error.code}: ${error.message}\n`);
  if (error.why !== undefined) process.stderr.write(`  why: ${error.why}\n`);
  if (error.fix !== undefined) process.stderr.write(`  fix: ${error.fix}\n`);
  return 2;
}
