import type pg from 'pg';
import { LOCK_MODES, strongerOf, type LockMode } from '../../src/plan/locks/lock-mode.ts';

/** What a script was seen to hold and to do, of relations that were there before it; sorted. */
export interface Observed {
  /** The strongest lock on each. */
  readonly locks: ReadonlyMap<string, LockMode>;
  /** Tables whose file became another. */
  readonly rewritten: readonly string[];
  /** Tables that were read from end to end. */
  readonly scanned: readonly string[];
}

/** A relation before a script. */
export interface Relation {
  readonly oid: number;
  readonly name: string;
  readonly kind: string;
  readonly file: string | null;
}

const RELATIONS = `select c.oid::int as oid, n.nspname || '.' || c.relname as name, c.relkind as kind,
    pg_relation_filenode(c.oid)::text as file
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

const FILES = `select oid::int as oid, relkind as kind, pg_relation_filenode(oid)::text as file
  from pg_class where relkind in ('r', 'm') and oid >= 16384`;

const LOCKS = `select relation::int as oid, mode from pg_locks
  where pid = pg_backend_pid() and locktype = 'relation'`;

const SCANS = 'select relid::int as oid, seq_scan::int as scans from pg_stat_xact_all_tables';

/** Reads what is there before any script. */
export async function readRelations(client: pg.Client): Promise<Map<number, Relation>> {
  const { rows } = await client.query<Relation>(RELATIONS);
  return new Map(rows.map((it) => [it.oid, it]));
}

/** Runs a script in a transaction that is undone, and tells what it held at its end. */
export async function observe(
  client: pg.Client,
  before: ReadonlyMap<number, Relation>,
  sql: string,
): Promise<Observed> {
  const read = async <T>(query: string) => (await client.query(query)).rows as T[];
  await client.query('begin');
  try {
    const scansBefore = scansOf(await read(SCANS));
    await client.query(sql);
    const strongest = new Map<string, LockMode>();
    for (const { oid, mode } of await read<{ oid: number; mode: string }>(LOCKS)) {
      const name = before.get(oid)?.name;
      if (name === undefined) continue;
      strongest.set(name, strongerOf(strongest.get(name) ?? 'ACCESS SHARE', modeOf(mode)));
    }
    const scans = scansOf(await read(SCANS));
    const after = await read<Relation>(FILES);
    return {
      locks: strongest,
      rewritten: after
        .filter(({ oid, file }) => before.has(oid) && before.get(oid)?.file !== file)
        .map(({ oid }) => before.get(oid)?.name ?? '')
        .sort(),
      scanned: [...before.values()]
        .filter(({ oid }) => (scans.get(oid) ?? 0) > (scansBefore.get(oid) ?? 0))
        .map(({ name }) => name)
        .sort(),
    };
  } finally {
    await client.query('rollback');
  }
}

/**
 * Runs a script outside any transaction while another session holds a table, and tells the lock that
 * it waits for there.
 */
export async function observeWait(
  watcher: pg.Client,
  open: () => Promise<pg.Client>,
  sql: string,
  table: string,
): Promise<LockMode> {
  const [holder, runner] = [await open(), await open()];
  try {
    const { rows } = await runner.query<{ pid: number }>('select pg_backend_pid() as pid');
    await holder.query(`begin; lock table ${table} in share update exclusive mode`);
    const ended = runner.query(sql).catch(() => undefined);
    const awaited = async () => {
      const found = await watcher.query<{ mode: string }>(
        'select mode from pg_locks where pid = $1 and not granted and relation = $2::regclass',
        [rows[0]?.pid, table],
      );
      return found.rows[0]?.mode;
    };
    let mode = await awaited();
    while (mode === undefined) mode = await awaited();
    await watcher.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    return modeOf(mode);
  } finally {
    await Promise.all([holder.end(), runner.end().catch(() => undefined)]);
  }
}

function scansOf(rows: readonly { readonly oid: number; readonly scans: number }[]) {
  return new Map(rows.map(({ oid, scans }) => [oid, scans]));
}

/** `ShareUpdateExclusiveLock` as the documentation writes it. */
function modeOf(mode: string): LockMode {
  const words = mode
    .replace(/Lock$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
  return LOCK_MODES.find((it) => it === words) ?? 'ACCESS EXCLUSIVE';
}
