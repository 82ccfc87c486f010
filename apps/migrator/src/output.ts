import { isCodedError, type CodedError } from '@holovitals/errors';

const EXIT_CODES = { invalid: 2, missing: 2, forbidden: 2, conflict: 3, unavailable: 4 } as const;

/** Prints what was asked for, on standard output. */
export function printData(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Prints data as JSON, on standard output. */
export function printJson(data: unknown): void {
  printData(JSON.stringify(data, null, 2));
}

/** Prints talk, on standard error. */
export function talk(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints an error in three parts and answers its exit code; a bug shows its stack. */
export function reportError(error: unknown, asJson: boolean): number {
  if (!isCodedError(error)) {
    talk(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
  if (asJson) printJson({ error: error.toJSON() });
  talk(`${error.code}: ${error.message}`);
  if (error.why !== undefined) talk(`  why: ${error.why.replaceAll('\n', '\n       ')}`);
  if (error.fix !== undefined) talk(`  fix: ${error.fix}`);
  return exitCodeOf(error);
}

function exitCodeOf(error: CodedError): number {
  return EXIT_CODES[error.kind];
}
