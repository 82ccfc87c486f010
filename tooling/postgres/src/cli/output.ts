import { isCodedError } from '@holovitals/errors';
import { CommanderError } from 'commander';

const EXIT_CODES = { invalid: 2, missing: 2, forbidden: 2, conflict: 4, unavailable: 4 } as const;

/** Prints what was asked for, to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints what was asked for as JSON, to standard output. */
export function printJson(data: unknown): void {
  print(JSON.stringify(data, null, 2));
}

/** Tells what is going on, on standard error. */
export function talk(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints an error in its three parts: what, why, fix. commander prints its own. */
export function printError(error: unknown): void {
  if (error instanceof CommanderError) return;
  if (!isCodedError(error)) {
    talk(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return;
  }
  talk(`${error.code}: ${error.message}`);
  if (error.why !== undefined) talk(`  why: ${error.why.replaceAll('\n', '\n       ')}`);
  if (error.fix !== undefined) talk(`  fix: ${error.fix}`);
}

/** 2: a wrong call or an unmet precondition; 4: the operation failed; 1: a bug. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return isCodedError(error) ? EXIT_CODES[error.kind] : 1;
}
