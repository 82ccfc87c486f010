import { parseArgs } from 'node:util';
import { isCodedError } from '@holovitals/errors';
import { createOwner } from '@holovitals/identity';
import { openPlatform } from './open-platform.ts';
import { reportError } from './report-error.ts';
import { readSettings } from './settings.ts';

const HELP = `Usage: owner [--email <address>] [--if-none] [--json]

Appoint the first owner of the platform; its password is made and printed once. Works once.

  --email <address>  sign-in name; owner@example.org unless told
  --if-none          where there is an owner, print nothing and exit 0
  --json             print the result as JSON
  --help             display help

Exit codes: 0 done, 2 wrong call, 3 there is an owner already, 4 failed.
`;

try {
  const { values } = parseArgs({
    options: {
      email: { type: 'string', default: 'owner@example.org' },
      'if-none': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(HELP);
  else await appoint(values.email, values);
} catch (error) {
  process.exitCode = report(error);
}

interface AppointOptions {
  readonly 'if-none': boolean;
  readonly json: boolean;
}

async function appoint(email: string, options: AppointOptions): Promise<void> {
  const { identity } = await openPlatform(await readSettings());
  try {
    const owner = await createOwner(identity, { email });
    const lines = `${owner.email}\n${owner.password ?? ''}\n`;
    process.stdout.write(options.json ? `${JSON.stringify(owner)}\n` : lines);
  } catch (error) {
    const isThere = isCodedError(error) && error.code === 'IDENTITY.OWNER_EXISTS';
    if (!isThere || !options['if-none']) throw error;
  } finally {
    await identity.db.$disconnect();
  }
}

function report(error: unknown): number {
  if ((error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  return reportError(error);
}
