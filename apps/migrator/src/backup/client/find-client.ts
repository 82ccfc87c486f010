import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { clientMissing } from '../../errors.ts';

const run = promisify(execFile);

/** An installed `pg_dump`. */
export interface DumpClient {
  readonly program: string;
  /** Such as `18.4`. */
  readonly version: string;
  readonly major: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where packages put the programs of each major version: Debian, Red Hat, Homebrew. */
const HOMES = [
  { folder: '/usr/lib/postgresql', name: /^\d+$/ },
  { folder: '/usr', name: /^pgsql-\d+$/ },
  { folder: '/opt/homebrew/opt', name: /^(?:postgresql|libpq)(?:@\d+)?$/ },
  { folder: '/usr/local/opt', name: /^(?:postgresql|libpq)(?:@\d+)?$/ },
];
const ANSWER_MS = 10_000;

/**
 * Finds the `pg_dump` that fits a server: of its major version, or else of the next above. Looks in
 * `PG_BIN` alone where that is set, else along `PATH` and where packages put it.
 *
 * @throws CodedError `MIGRATOR.CLIENT_MISSING`
 */
export async function findClient(
  serverMajor: number,
  environment: Environment = process.env,
): Promise<DumpClient> {
  const found = await Promise.all(programsOf(environment).map(askVersion));
  const clients = found.filter((it) => it !== null).sort((a, b) => a.major - b.major);
  const fitting = clients.find(({ major }) => major >= serverMajor);
  if (fitting === undefined) throw clientMissing(serverMajor, clients);
  return fitting;
}

function programsOf({ PG_BIN = '', PATH = '' }: Environment): string[] {
  const folders = PG_BIN === '' ? [...PATH.split(path.delimiter), ...homes()] : [PG_BIN];
  const names = process.platform === 'win32' ? ['pg_dump.exe'] : ['pg_dump'];
  // A relative folder would be another one wherever this is called.
  const programs = folders
    .filter((folder) => path.isAbsolute(folder))
    .flatMap((folder) => names.map((name) => path.join(folder, name)));
  return [...new Set(programs)].filter((program) => existsSync(program));
}

function homes(): string[] {
  return HOMES.flatMap(({ folder, name }) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((it) => name.test(it))
          .map((it) => path.join(folder, it, 'bin'))
      : [],
  );
}

async function askVersion(program: string): Promise<DumpClient | null> {
  const answer = await run(program, ['--version'], { timeout: ANSWER_MS }).catch(() => null);
  const [, version, major] =
    /^pg_dump \(PostgreSQL\) ((\d+)\S*)/.exec(String(answer?.stdout ?? '')) ?? [];
  return version === undefined ? null : { program, version, major: Number(major) };
}
