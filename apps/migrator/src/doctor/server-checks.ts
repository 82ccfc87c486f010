import { checkClock } from './clock-check.ts';
import { notComposed, type DatabaseCheck, type Examination } from './examination.ts';
import { critical, ok, warning, type Verdict } from './finding.ts';

const NEWEST_SERVER = 18;

/** What the server itself is and how it is set. */
export const serverChecks: readonly DatabaseCheck[] = [
  { name: 'server-version', check: checkVersion },
  { name: 'server-encoding', check: checkEncoding },
  { name: 'server-writable', check: checkWritable },
  { name: 'server-durability', check: checkDurability },
  { name: 'server-locks', check: checkLockTable },
  { name: 'server-limits', check: checkTimeLimits },
  { name: 'server-log', check: checkServerLog },
  { name: 'password-hashes', check: checkPasswordHashes },
  { name: 'clock', check: checkClock },
];

async function checkVersion(examination: Examination): Promise<Verdict> {
  const version = await setting(examination, 'server_version');
  const major = Math.floor(Number(await setting(examination, 'server_version_num')) / 10_000);
  if (major > NEWEST_SERVER) {
    return warning(
      `PostgreSQL ${version} is newer than any that was tested.`,
      `14 to ${NEWEST_SERVER} are.`,
      'Try it with a copy of the data first.',
    );
  }
  return ok(`PostgreSQL ${version}.`);
}

async function checkEncoding(examination: Examination): Promise<Verdict> {
  const encoding = await setting(examination, 'server_encoding');
  if (encoding === 'UTF8') return ok('The database holds UTF-8.');
  return critical(
    `The database's encoding is ${encoding}.`,
    'Texts of all languages must be storable, and the schema engine speaks UTF-8.',
    `Create the database anew: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`,
  );
}

async function checkWritable(examination: Examination): Promise<Verdict> {
  const { rows } = await examination.client.query<{ replica: boolean }>(
    'select pg_is_in_recovery() as replica',
  );
  if (rows[0]?.replica === true) {
    return critical(
      'The server is a replica.',
      'It is read-only: migrations and seeds run on the primary.',
      'Point DATABASE_URL at the primary.',
    );
  }
  if ((await setting(examination, 'default_transaction_read_only')) === 'on') {
    return critical(
      'Transactions are read-only by default.',
      'Someone set default_transaction_read_only, often because a disk was nearly full.',
      'Find out why, then reset default_transaction_read_only.',
    );
  }
  return ok('The server takes writes.');
}

async function checkDurability(examination: Examination): Promise<Verdict> {
  const names = ['fsync', 'full_page_writes', 'synchronous_commit'];
  const off: string[] = [];
  for (const name of names) if ((await setting(examination, name)) === 'off') off.push(name);
  if (off.length === 0) return ok('What is committed survives a crash of the server.');
  return (examination.production ? critical : warning)(
    `Switched off: ${off.join(', ')}.`,
    'A crash of the server loses committed rows, or the whole cluster.',
    `Switch on ${off.join(', ')}; leave them off for tests only.`,
  );
}

/** A dump, and the first migration, lock every table and index in one transaction. */
async function checkLockTable(examination: Examination): Promise<Verdict> {
  if (examination.manifest === null) return notComposed();
  const { models } = examination.manifest;
  const needed = models.reduce((sum, model) => sum + 2 + model.indexes.length, 0);
  const names = ['max_locks_per_transaction', 'max_connections', 'max_prepared_transactions'];
  const values: number[] = [];
  for (const name of names) values.push(Number(await setting(examination, name)));
  const [perTransaction = 0, connections = 0, prepared = 0] = values;
  const room = perTransaction * (connections + prepared);
  if (room >= 2 * needed) return ok(`The lock table has room for ${room} locks.`);
  return warning(
    `The lock table has room for ${room} locks; the schema's tables and indexes are ${needed}.`,
    'A transaction that touches all of them fails with "out of shared memory".',
    'Raise max_locks_per_transaction and restart the server.',
  );
}

async function checkTimeLimits(examination: Examination): Promise<Verdict> {
  const names = ['statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'];
  const set: string[] = [];
  for (const name of names) {
    const value = await setting(examination, name);
    if (value !== '' && value !== '0') set.push(`${name} = ${value}`);
  }
  if (set.length === 0) return ok('No time limit cuts a migration short.');
  return warning(
    `The migrations' role has time limits: ${set.join(', ')}.`,
    'A migration or a seed that takes longer is cancelled and rolled back.',
    'Set them for the application role instead: ALTER ROLE … SET statement_timeout.',
  );
}

async function checkServerLog(examination: Examination): Promise<Verdict> {
  const level = await setting(examination, 'log_statement');
  const onError = Number(await setting(examination, 'log_parameter_max_length_on_error'));
  const causes = [
    ...(['mod', 'all'].includes(level) ? [`log_statement = ${level}`] : []),
    ...(onError !== 0 ? [`log_parameter_max_length_on_error = ${onError}`] : []),
  ];
  if (causes.length === 0) return ok('Statements are not written to the server’s log by default.');
  return warning(
    `The server writes statements with their values to its log: ${causes.join(', ')}.`,
    'Values of rows then stand in a file that no right on a table protects.',
    'Set log_statement to ddl and log_parameter_max_length_on_error to 0.',
  );
}

async function checkPasswordHashes(examination: Examination): Promise<Verdict> {
  if ((await setting(examination, 'password_encryption')) === 'scram-sha-256') {
    return ok('New passwords are stored as scram-sha-256.');
  }
  return warning(
    'New passwords are stored as MD5.',
    'An MD5 hash is as good as the password to whoever reads it.',
    "Set password_encryption to 'scram-sha-256', then set the roles' passwords again.",
  );
}

/** A setting of the session; empty where this version of the server does not have it. */
async function setting({ client }: Examination, name: string): Promise<string> {
  const { rows } = await client.query<{ value: string | null }>(
    'select current_setting($1, true) as value',
    [name],
  );
  return rows[0]?.value ?? '';
}
