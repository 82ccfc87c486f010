import { parseArgs } from 'node:util';
import { findHeldAccounts } from '@holovitals/compliance';
import { removeEnded, type RemovedRows } from '@holovitals/identity';
import { openPlatform } from './open-platform.ts';
import { reportError } from './report-error.ts';
import { readSettings } from './settings.ts';

const HELP = `Usage: upkeep [--json]

Remove what is over: sessions a month after their end, challenges a day after it, messages of
accounts a month after they were sent, and accounts that did not prove their address for a month.
Accounts under a legal hold are left alone, and so is the audit trail, which gets a row for each
batch. The API does the same every hour.

  --json  print the result as JSON
  --help  display help

Examples:
  upkeep
  APP_DATABASE_URL=postgresql://… upkeep --json

Exit codes: 0 done, 2 wrong call, 4 failed.
`;

try {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(HELP);
  else await run(values.json);
} catch (error) {
  process.exitCode = report(error);
}

async function run(asJson: boolean): Promise<void> {
  const { identity } = await openPlatform(await readSettings());
  try {
    const held = await findHeldAccounts(identity.db);
    const progress = (soFar: RemovedRows) => process.stderr.write(`${inWords(soFar)}\n`);
    const removed = await removeEnded(identity, { held, ...(!asJson && { progress }) });
    process.stdout.write(asJson ? `${JSON.stringify(removed)}\n` : `${inWords(removed)}\n`);
  } finally {
    await identity.db.$disconnect();
  }
}

function inWords({ sessions, challenges, messages, accounts, accountsKept }: RemovedRows): string {
  const kept = accountsKept === 0 ? '' : `, ${accountsKept} kept since others name them`;
  return `removed: ${sessions} sessions, ${challenges} challenges, ${messages} messages, ${accounts} accounts${kept}`;
}

function report(error: unknown): number {
  if ((error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  return reportError(error);
}
