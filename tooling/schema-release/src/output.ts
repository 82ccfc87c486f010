/** What was asked for. */
export function printResult(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Everything else. */
export function printNote(text: string): void {
  process.stderr.write(`${text}\n`);
}
