import { isCodedError } from '@holovitals/errors';
import { CommanderError } from 'commander';
import { buildProgram } from './program.ts';

const EXIT_CODES = { invalid: 2, missing: 2, forbidden: 2, conflict: 4, unavailable: 4 } as const;

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!isCodedError(error)) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  }
  process.stderr.write(`${error.code}: ${error.message}\n`);
  if (error.why !== undefined) process.stderr.write(`  why: ${error.why}\n`);
  if (error.fix !== undefined) process.stderr.write(`  fix: ${error.fix}\n`);
  return EXIT_CODES[error.kind];
}
