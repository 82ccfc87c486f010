import { keyInUse, keyRotated, keyStateRefused, keyStillWrites, keyUnknown } from '../errors.ts';
import { manifestModels } from '../manifest-models.ts';
import { awaitHorizon } from './await-horizon.ts';
import { awaitWriters } from './await-writers.ts';
import { claimKeys } from './claim-keys.ts';
import { countValues } from './count-values.ts';
import { quoteName } from './encrypted-tables.ts';
import type { KeySession, KeyWork } from './key-session.ts';

/** How long after it was followed a version may still be written under: thrice what a process waits. */
const GRACE_MS = 180_000;
const PATIENCE_MS = 60_000;
const HORIZON_PATIENCE_MS = 30_000;
/** States that a key is destroyed from: NIST SP 800-57 part 1, section 7. */
const DESTROYABLE = ['PRE_ACTIVATION', 'DEACTIVATED', 'COMPROMISED'];

/** What is lost with a version of the data key. */
export interface Destruction {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  /** Values that nobody could read any more, by table and column. */
  readonly values: readonly {
    readonly table: string;
    readonly column: string;
    readonly values: number;
  }[];
  /** Rows that name the key by a foreign key, as what wraps a file's or a vault's key. */
  readonly references: readonly { readonly table: string; readonly rows: number }[];
}

/**
 * Tells what would be lost with a version of the data key. Waits for those who may still write under
 * it, so that the count is the last word.
 *
 * @throws CodedError `DATABASE.KEY_UNKNOWN`, `DATABASE.KEY_STATE_REFUSED`, `DATABASE.KEY_STILL_WRITES`
 */
export async function planDestruction(
  { session, progress }: Pick<KeyWork, 'session' | 'progress'>,
  version: number,
): Promise<Destruction> {
  const key = await readKey(session, version, '');
  if (key.sinceMs !== null && key.sinceMs < GRACE_MS) {
    const seconds = Math.ceil((GRACE_MS - key.sinceMs) / 1000);
    throw keyStillWrites(`Processes take a rotation up within a minute; wait ${seconds} s more.`);
  }
  await awaitWriters(session, PATIENCE_MS);
  const counts = await countValues(session, (at) => progress(at));
  return {
    ...{ id: key.id, version, status: key.status },
    values: counts
      .filter((count) => count.version === version)
      .map(({ table, column, values }) => ({ table, column, values })),
    references: await countReferences(session, key.id),
  };
}

/**
 * Destroys a version of the data key: its wrapped material is gone from the database, and nothing
 * brings back what is encrypted under it (crypto-shredding, NIST SP 800-88 rev. 1, 2.6, and SP 800-57 part 1,
 * 8.3.4). Works in the session's open transaction.
 *
 * @param plan as {@link planDestruction} told it
 * @param mayLose whether values that are still under it may be lost
 * @throws CodedError `DATABASE.KEY_IN_USE`, `DATABASE.KEY_ROTATED`, `DATABASE.KEYS_BUSY`
 */
export async function destroyKey(
  session: KeySession,
  {
    plan,
    mayLose,
    reason,
  }: { readonly plan: Destruction; readonly mayLose: boolean; readonly reason: string },
): Promise<void> {
  const { version, values, references } = plan;
  if (!mayLose && (values.length > 0 || references.length > 0)) throw keyInUse(plan);
  await claimKeys(session);
  const now = await readKey(session, version, 'for update of key');
  if (now.status !== plan.status) throw keyRotated('data');
  await session.query(
    `update encryption_keys set status = 'DESTROYED', wrapped_key = null, external_ref = null,
       destroyed_at = now(), destroy_reason = $2, updated_at = now()
     where id = $1`,
    [plan.id, reason],
  );
}

/**
 * Takes the destroyed material out of the table's file, where the update left it for a while. It
 * needs the table for itself for a moment, and nobody who still sees what was there: it waits for both
 * no longer than some seconds.
 *
 * @returns whether it is gone; vacuuming will take it away later where it is not
 */
export async function rewriteKeyTable(
  session: KeySession,
  patienceMs = HORIZON_PATIENCE_MS,
): Promise<boolean> {
  const isUnseen = await awaitHorizon(session, patienceMs);
  const { rows } = await session.query<{ before: string }>(
    `select current_setting('lock_timeout') as before, set_config('lock_timeout', '3s', false)`,
  );
  try {
    await session.query('vacuum (full) encryption_keys');
    return isUnseen;
  } catch {
    return false;
  } finally {
    await session.query(`select set_config('lock_timeout', $1, false)`, [rows[0]?.before ?? '0']);
  }
}

interface KeyRow {
  readonly id: string;
  readonly status: string;
  /** Milliseconds since another version took its place. */
  readonly sinceMs: number | null;
}

async function readKey(
  session: KeySession,
  version: number,
  lock: '' | 'for update of key',
): Promise<KeyRow> {
  const { rows } = await session.query<KeyRow>(
    `select key.id, key.status::text as status, extract(epoch from clock_timestamp()
       - coalesce(successor.activated_at, case when key.activated_at is not null then key.updated_at end)
     )::float * 1000 as "sinceMs"
     from encryption_keys as key left join encryption_keys as successor on successor.id = key.successor_id
     where key.alias = 'data' and key.version = $1 ${lock}`,
    [version],
  );
  const [key] = rows;
  if (key === undefined) throw keyUnknown(`data ${version}`);
  if (!DESTROYABLE.includes(key.status)) throw keyStateRefused(`data ${version}`, key.status);
  return key;
}

async function countReferences(
  session: KeySession,
  id: string,
): Promise<Destruction['references']> {
  const references = [];
  for (const { name, table, relations } of manifestModels().values()) {
    if (name === 'EncryptionKey') continue;
    for (const { model, columns } of relations) {
      const [column] = columns;
      if (model !== 'EncryptionKey' || column === undefined) continue;
      const { rows } = await session.query<{ rows: number }>(
        `select count(*)::float as rows from ${quoteName(table)} where ${quoteName(column)} = $1`,
        [id],
      );
      const count = rows[0]?.rows ?? 0;
      if (count > 0) references.push({ table, rows: count });
    }
  }
  return references;
}
