import { isCodedError } from '@holovitals/errors';

/** Tells an error on standard error in its three parts, a bug with its stack; answers the exit code. */
export function reportError(error: unknown): number {
  if (!isCodedError(error)) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  }
  process.stderr.write(`${error.code}: ${error.message}\n`);
  if (error.why !== undefined) process.stderr.write(`  why: ${error.why}\n`);
  if (error.fix !== undefined) process.stderr.write(`  fix: ${error.fix}\n`);
  return EXIT_CODES[error.kind];
}

const EXIT_CODES = { invalid: 2, missing: 2, forbidden: 2, conflict: 3, unavailable: 4 } as const;
