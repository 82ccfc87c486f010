import { randomBytes } from 'node:crypto';
import { dropDatabase } from '@holovitals/schema-engine';
import pg from 'pg';
import type { BackupHead } from '../backup/backup-format.ts';
import { connect, withConnection } from '../connection/connect.ts';
import { describeDatabaseError, isServerError } from '../connection/database-error.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { restoreFailed, restoreNotPermitted } from '../errors.ts';

const PREFIX = 'migrator_restore_';
const INSUFFICIENT_PRIVILEGE = '42501';
/** Where no database of the restore is: names are switched from there. */
const MEETING_PLACES = ['postgres', 'template1'];

/** A database of its own in which a backup is restored. */
export interface ScratchDatabase {
  readonly name: string;
  readonly url: string;
  /** A session in another database of the server. */
  readonly server: pg.Client;
  /** The role that owns it, and whether it is the role that owned what was backed up. */
  readonly owner: string;
  /** What differs from the database that was backed up, in a sentence each. */
  readonly notes: readonly string[];
  /** Hands it over: it will not be dropped. */
  keep(): void;
}

/**
 * Creates a database with the encoding and locale of a backup, and drops it after the work unless it
 * is kept. Those that a killed migrator left behind are dropped first.
 *
 * @throws CodedError `MIGRATOR.RESTORE_NOT_PERMITTED`, `MIGRATOR.RESTORE_FAILED`
 */
export async function withScratchDatabase<T>(
  target: DatabaseTarget,
  head: BackupHead,
  work: (scratch: ScratchDatabase) => Promise<T>,
): Promise<T> {
  return withServer(target, async (server) => {
    await dropAbandoned(server);
    const name = PREFIX + randomBytes(8).toString('hex');
    await server.query('select pg_advisory_lock(hashtext($1))', [name]);
    const owner = await chooseOwner(server, head.owner);
    const notes = await create(server, name, owner, head.server);
    let isKept = false;
    try {
      const url = atDatabase(target.ownerUrl, name);
      return await work({ name, url, server, owner, notes, keep: () => (isKept = true) });
    } finally {
      if (!isKept) await dropDatabase(server, name);
    }
  });
}

/** Opens a session in a database that nobody restores. */
export async function withServer<T>(
  target: DatabaseTarget,
  work: (server: pg.Client) => Promise<T>,
): Promise<T> {
  const places = MEETING_PLACES.filter((it) => it !== target.database);
  for (const place of places) {
    const url = atDatabase(target.ownerUrl, place);
    const probe = await connect(url).catch(() => undefined);
    if (probe === undefined) continue;
    await probe.end();
    // The database of the target may be gone: that is why somebody restores.
    await refusePooler({ ...target, ownerUrl: url });
    return withConnection(url, work);
  }
  throw restoreFailed(
    `No session is to be had in ${places.join(' or ')}, from where names are switched.`,
  );
}

function atDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.toString();
}

/** Who restores holds a lock on the name: what nobody holds is nobody's. */
async function dropAbandoned(server: pg.Client): Promise<void> {
  const { rows } = await server.query<{ name: string }>(
    `select datname as name from pg_database
     where datname ~ '^${PREFIX}[0-9a-f]{16}$' and pg_has_role(datdba, 'usage')`,
  );
  for (const { name } of rows) {
    const lock = 'pg_try_advisory_lock(hashtext($1))';
    const { rows: tried } = await server.query<{ free: boolean }>(`select ${lock} as free`, [name]);
    if (tried[0]?.free !== true) continue;
    await dropDatabase(server, name).catch(() => undefined);
    await server.query('select pg_advisory_unlock(hashtext($1))', [name]);
  }
}

/** The role that owned the database, where this session can be it; otherwise the session's own. */
async function chooseOwner(server: pg.Client, wanted: string): Promise<string> {
  const { rows } = await server.query<{ self: string }>('select current_user as self');
  const self = rows[0]?.self ?? '';
  if (self === wanted) return self;
  try {
    await server.query(`set role ${pg.escapeIdentifier(wanted)}`);
    await server.query('reset role');
    return wanted;
  } catch (error) {
    if (!isServerError(error)) throw error;
    return self;
  }
}

/** Locales belong to servers: where one lacks that of the backup, its own serves, and it is said. */
async function create(
  server: pg.Client,
  name: string,
  owner: string,
  from: BackupHead['server'],
): Promise<string[]> {
  const { rows } = await server.query<{ major: number }>(
    `select current_setting('server_version_num')::integer / 10000 as major`,
  );
  const base = `create database ${name} template template0 owner ${pg.escapeIdentifier(owner)} encoding ${pg.escapeLiteral(from.encoding)}`;
  const attempts = [`${base} ${localeOf(from, rows[0]?.major ?? 0)}`, base];
  for (const [place, sql] of attempts.entries()) {
    try {
      await server.query(sql);
      return place === 0
        ? []
        : [`Its locale is the server's own, not ${from.locale ?? from.collate}.`];
    } catch (error) {
      if (!isServerError(error)) throw error;
      const why = describeDatabaseError(error);
      if ((error as { code?: string }).code === INSUFFICIENT_PRIVILEGE)
        throw restoreNotPermitted(why);
      if (place === attempts.length - 1) throw restoreFailed(why);
    }
  }
  return [];
}

function localeOf(
  { collate, ctype, provider, locale }: BackupHead['server'],
  major: number,
): string {
  const libc = `lc_collate ${pg.escapeLiteral(collate)} lc_ctype ${pg.escapeLiteral(ctype)}`;
  const named = locale === null ? '' : pg.escapeLiteral(locale);
  if (provider === 'i') return `${libc} locale_provider icu icu_locale ${named}`;
  if (provider === 'b') return `${libc} locale_provider builtin builtin_locale ${named}`;
  return major < 15 ? libc : `${libc} locale_provider libc`;
}
