/** What `pg_dump` may say, and what is told of it: its own text quotes the server's, which quotes rows. */
const KNOWN: readonly (readonly [RegExp, (found: RegExpExecArray) => string])[] = [
  [/lock timeout|could not obtain lock/, () => 'it waited too long for a lock on a table.'],
  [
    /permission denied for (\w+(?: \w+)?) ("[^"\n]+"|[\w.]+)/,
    ([, kind, name]) => `its role has no right to ${kind} ${name}.`,
  ],
  [
    /no pg_hba|authentication failed|no password supplied/,
    () => 'the server refused its connection.',
  ],
  [/SSL|certificate/, () => 'it could not set up TLS as the URL says.'],
  [/could not connect|connection to server/, () => 'it could not connect, or lost its connection.'],
  [/server version mismatch/, () => 'it is older than the server.'],
  [/unrecognized option|invalid option/, () => 'it does not know an option that is needed.'],
  [/out of memory/, () => 'there was not enough memory.'],
];

/** Says why `pg_dump` failed, without a word of its own text but names of things. */
export function describeFailure(said: string, code: number | null): string {
  for (const [pattern, say] of KNOWN) {
    const found = pattern.exec(said);
    if (found !== null) return say(found);
  }
  return code === null
    ? 'it was ended by a signal.'
    : `it ended with exit code ${code}. \`pg_dump --section=pre-data\` and \`--section=post-data\` show its own words.`;
}
