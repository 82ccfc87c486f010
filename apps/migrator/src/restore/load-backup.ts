import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { BackedUpTable, RowCount } from '../backup/backup-format.ts';
import { COPY_SETTINGS, isLargeObjects, targetOf } from '../backup/copy-rows.ts';
import { inTransaction } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { restoreFailed } from '../errors.ts';
import { loadLargeObjects } from './load-large-objects.ts';
import type { OpenBackup } from './open-backup.ts';
import type { ReadBack } from './read-back.ts';
import type { RestoreProgress } from './restore.ts';

/** A session in the database that a backup is loaded into. */
export interface RestoreSession {
  readonly client: pg.Client;
  /** The role that will own everything. */
  readonly owner: string;
}

/**
 * Loads a backup into an empty database, and answers what its tables hold then, as the server reads it
 * back: each while the next is loaded, and the last while indexes are built.
 */
export async function loadBackup(
  session: RestoreSession,
  backup: OpenBackup,
  readBack: ReadBack,
  onProgress: (progress: RestoreProgress) => void,
): Promise<RowCount[]> {
  const { client, owner } = session;
  const { head, schema } = backup;
  await client.query(`set role ${pg.escapeIdentifier(owner)}`);
  await client.query(`${COPY_SETTINGS}; ${LOAD_SETTINGS}`);
  const path = schema.settings.parameters.find(
    (it) => it.name === 'search_path' && it.role === null,
  );
  if (path !== undefined) await client.query(`set search_path = ${path.value}`);
  await runEach(session, schema.before);
  await loadRows(client, backup, readBack, onProgress);
  onProgress({ step: 'building keys, indexes, triggers and rights' });
  await setSequences(client, schema.sequences);
  const { beside, then } = inTwo(forMajor(schema.after, head.server.major, await majorOf(client)));
  await runEach(session, beside);
  const counts = await readBack.counts();
  await runEach(session, then);
  return counts;
}

/**
 * Functions are there before what they use; the database is dropped should the server die; an index
 * is sorted in memory where that is little.
 */
const LOAD_SETTINGS = `
set check_function_bodies = off; set synchronous_commit = off;
select set_config('maintenance_work_mem', '256MB', false)
where pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('256MB')`;

/** Indexes can be built while tables are read back; policies and triggers would change what is read. */
function inTwo(statements: readonly string[]): {
  readonly beside: readonly string[];
  readonly then: readonly string[];
} {
  const other = statements.findIndex((sql) => !BUILDS.test(sql));
  const end = other < 0 ? statements.length : other;
  const isBeside = (sql: string, place: number) => place < end && INDEX.test(sql);
  return {
    beside: statements.filter(isBeside),
    then: statements.filter((sql, place) => !isBeside(sql, place)),
  };
}

/** Keys are made of indexes that are there by then. */
const INDEX = /^create (?:unique )?index /i;
const BUILDS = /^(?:create (?:unique )?index|alter table (?:only )?\S+\s+add constraint) /i;

async function loadRows(
  client: pg.Client,
  backup: OpenBackup,
  readBack: ReadBack,
  onProgress: (progress: RestoreProgress) => void,
): Promise<void> {
  const { tables } = backup.head;
  const rows = backup.rows();
  let bytes = 0;
  for (let next = await rows.next(); next.done !== true;) {
    const { number } = next.value;
    const table = tables[number] as BackedUpTable;
    const pieces = async function* () {
      for (; next.done !== true && next.value.number === number; next = await rows.next()) {
        bytes += next.value.bytes.length;
        onProgress({ step: table.name, done: number, tables: tables.length, bytes });
        yield next.value.bytes;
      }
    };
    await (isLargeObjects(table)
      ? loadLargeObjects(client, pieces())
      : loadTable(client, table, pieces()));
    readBack.add(number);
  }
}

/** A table that was emptied in the same transaction takes rows that need no visit later. */
async function loadTable(
  client: pg.Client,
  table: BackedUpTable,
  pieces: AsyncIterable<Buffer>,
): Promise<void> {
  await inTransaction(client, async () => {
    await client.query(`truncate only ${table.name}`);
    const copy = client.query(copyFrom(`copy ${targetOf(table)} from stdin with (freeze)`));
    const ended = once(copy, 'finish');
    ended.catch(() => undefined);
    for await (const piece of pieces) {
      if (!copy.write(piece)) await Promise.race([once(copy, 'drain'), ended]);
    }
    copy.end();
    await ended;
  }).catch((error: unknown) => {
    if (!isDatabaseError(error)) throw error;
    throw restoreFailed(`Rows of ${table.name}: ${describeDatabaseError(error)}`);
  });
}

/**
 * Runs statements as the owner. What only the role of the session may do, such as giving a table to
 * another owner, it does.
 */
async function runEach(session: RestoreSession, statements: readonly string[]): Promise<void> {
  const { client, owner } = session;
  const setRole = `set role ${pg.escapeIdentifier(owner)}`;
  for (const sql of statements) {
    try {
      await client.query(sql).catch(async (error: unknown) => {
        if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error;
        await client.query('reset role');
        await client.query(sql.replace(TO_OWNER, ` $1 ${pg.escapeIdentifier(owner)}$2`));
        await client.query(setRole);
      });
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
      if ((error as { code?: string }).code === INSUFFICIENT_PRIVILEGE && ON_PUBLIC.test(sql)) {
        await client.query(setRole);
        continue;
      }
      throw restoreFailed(`${describeDatabaseError(error, sql)}\n${sql.slice(0, 200)}`);
    }
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';
/** The schema may be the server's own: what is not as it was is told when the catalogs are compared. */
const ON_PUBLIC = /^(?:comment on|grant .* on|revoke .* on|alter) schema public\b/i;
const TO_OWNER = / (to|from) current_user( with grant option)?$/i;

async function setSequences(
  client: pg.Client,
  sequences: OpenBackup['schema']['sequences'],
): Promise<void> {
  for (const { name, value, isCalled } of sequences) {
    await client.query('select setval($1::regclass, $2::bigint, $3)', [name, value, isCalled]);
  }
}

async function majorOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ major: number }>(
    `select current_setting('server_version_num')::integer / 10000 as major`,
  );
  return rows[0]?.major ?? 0;
}

/** Rights that a server of an older version does not know are left out: there, nobody needs them. */
function forMajor(statements: readonly string[], from: number, to: number): string[] {
  if (from < 17 || to >= 17) return [...statements];
  return statements
    .filter((sql) => !/^(alter default privileges.* )?grant maintain on /i.test(sql))
    .map((sql) =>
      /^(alter default privileges.* )?grant [a-z, ]+ on /i.test(sql)
        ? sql.replace(/maintain, ?|, ?maintain/i, '')
        : sql,
    );
}
