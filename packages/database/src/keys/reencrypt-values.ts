import { countUses } from '../encryption/key-ring.ts';
import type { KeyEncryptionKey } from '../encryption/key-encryption-key.ts';
import { encryptionKeyExhausted, reencryptionRunning } from '../errors.ts';
import { chooseTables, quoteName, versionOf, type EncryptedTable } from './encrypted-tables.ts';
import type { KeySession, KeyWork } from './key-session.ts';
import { openDataKeys } from './open-data-keys.ts';
import { readIds } from './read-batches.ts';
import { reencryptRows, type Crossing, type UnopenedValue } from './reencrypt-rows.ts';
import { keepOutcome, keepProgress, readProgress } from './rewrap-progress.ts';

/** Uses of the data key that are taken off its limit at once. */
const BLOCK = 2 ** 14;
const LOCK = `hashtextextended('encryption_keys reencrypt', 0)`;

/** What is to be encrypted anew. */
export interface ReencryptionOrder {
  /** One table; null for all. */
  readonly table: string | null;
  /** The most rows of one transaction. */
  readonly batch: number;
}

/** What became of a table's values. */
export interface ReencryptedTable {
  readonly table: string;
  /** Values that are now under the active version. */
  readonly values: number;
  /** Rows that are still under another: somebody was changing them, or they did not open. */
  readonly left: number;
  /** Values that did not open, and were left as they are. */
  readonly failures: number;
  readonly firstFailure: UnopenedValue | null;
}

/** What became of the values, under which version. */
export interface Reencryption {
  readonly version: number;
  readonly tables: readonly ReencryptedTable[];
}

/**
 * Encrypts anew, under the active version of the data key, every value that another one wrote, while
 * the application goes on: portion by portion, each one transaction, which passes by the rows that
 * somebody else is changing and comes back to them. Cut off at any moment, it goes on where it was
 * when it is run again. Blind indexes have a key of their own and stay as they are.
 *
 * @throws CodedError `DATABASE.REENCRYPTION_RUNNING`, `DATABASE.TABLE_UNENCRYPTED`,
 *   `DATABASE.ENCRYPTION_KEY_EXHAUSTED`, `DATABASE.ENCRYPTION_KEY_WRONG`
 */
export async function reencryptValues(
  work: KeyWork,
  kek: KeyEncryptionKey,
  { table, batch }: ReencryptionOrder,
): Promise<Reencryption> {
  const { session } = work;
  const chosen = chooseTables(table);
  const { dataVersions: from, active: to } = await openDataKeys(session, kek);
  if (to === undefined) throw encryptionKeyExhausted();
  const lock = await session.query<{ mine: boolean }>(
    `select pg_try_advisory_lock(${LOCK}) as mine`,
  );
  if (lock.rows[0]?.mine !== true) throw reencryptionRunning();
  try {
    const retiring = [...from.values()].map(({ id }) => id).filter((id) => id !== to.id);
    const uses = openUses(session, to.id);
    const tables: ReencryptedTable[] = [];
    for (const each of chosen) {
      const job = { ...{ each, batch, retiring, uses }, crossing: { from, to } };
      tables.push(await reencryptTable(work, job));
    }
    await keepOutcome(session, retiring, {
      failures: tables.reduce((sum, { failures }) => sum + failures, 0),
      isNothingLeft: table === null && tables.every(({ left }) => left === 0),
    });
    return { version: to.version, tables };
  } finally {
    // A session that was cut off has let it go.
    await session.query(`select pg_advisory_unlock(${LOCK})`).catch(() => undefined);
  }
}

interface TableJob {
  readonly each: EncryptedTable;
  readonly batch: number;
  readonly crossing: Crossing;
  readonly retiring: readonly string[];
  readonly uses: Uses;
}

async function reencryptTable(work: KeyWork, job: TableJob): Promise<ReencryptedTable> {
  const { each, retiring } = job;
  const { session } = work;
  const before = await readProgress(session, retiring, each.table);
  const done = { rows: before.cursor === null ? 0 : before.done, values: 0 };
  let left = await countLeft(session, job);
  let failed: Failed = { failures: 0, firstFailure: null };
  let after = before.cursor;
  while (left > 0) {
    const pass = await passOnce(work, job, { after, done, total: done.rows + left });
    failed = pass;
    left = await countLeft(session, job);
    // What was passed by, or written meanwhile, lies behind: from the beginning, as long as that helps.
    if (pass.rows === 0 && after === null) break;
    after = null;
  }
  await keepProgress(session, retiring, each.table, {
    ...{ cursor: null, done: done.rows, total: done.rows + left },
  });
  const { failures, firstFailure } = failed;
  return { table: each.table, values: done.values, left, failures, firstFailure };
}

type Failed = Pick<ReencryptedTable, 'failures' | 'firstFailure'>;

interface Pass {
  readonly after: string | null;
  /** Counted on. */
  readonly done: { rows: number; values: number };
  readonly total: number;
}

/** Goes through a table once. */
async function passOnce(
  work: KeyWork,
  job: TableJob,
  { after, done, total }: Pass,
): Promise<Failed & { readonly rows: number }> {
  const { each, batch, crossing, retiring, uses } = job;
  let [rows, failures] = [0, 0];
  let firstFailure: UnopenedValue | null = null;
  const order = { after, batch, where: unlikeActive(job, 4) };
  for await (const ids of readIds(work.session, each, order)) {
    await uses.reserve(ids.length * each.columns.length);
    const part = await work.inTransaction(`encrypting ${each.table} anew`, async () => {
      const made = await reencryptRows(work.session, each, crossing, ids);
      const soFar = done.rows + made.rows;
      await keepProgress(work.session, retiring, each.table, {
        ...{ cursor: ids.at(-1) ?? null, done: soFar, total: Math.max(total, soFar) },
      });
      return made;
    });
    uses.take(part.values);
    rows += part.rows;
    failures += part.failures;
    firstFailure ??= part.firstFailure;
    done.rows += part.rows;
    done.values += part.values;
    work.progress(`${each.table}: ${done.rows} of ${Math.max(total, done.rows)} row(s)`);
  }
  return { rows, failures, firstFailure };
}

async function countLeft(session: KeySession, job: TableJob): Promise<number> {
  const { sql, values } = unlikeActive(job, 1);
  const { rows } = await session.query<{ left: number }>(
    `select count(*)::float as left from ${quoteName(job.each.table)} where ${sql}`,
    values,
  );
  return rows[0]?.left ?? 0;
}

/** Rows with a value that the active version did not write, or that name another. */
function unlikeActive({ each, crossing, retiring }: TableJob, firstParameter: number) {
  const { columns, keyColumn } = each;
  const isOther = columns.map((column) => `${versionOf(column)} <> $${firstParameter}::bigint`);
  const names =
    keyColumn === null ? [] : [`${quoteName(keyColumn)} = any ($${firstParameter + 1}::uuid[])`];
  return {
    sql: `(${[...isOther, ...names].join(' or ')})`,
    values: [crossing.to.version, ...(keyColumn === null ? [] : [retiring])],
  };
}

/** Uses of the key, taken off its limit in blocks. */
interface Uses {
  /** @throws CodedError `DATABASE.ENCRYPTION_KEY_EXHAUSTED` where it is no longer active, too */
  reserve(most: number): Promise<void>;
  take(uses: number): void;
}

function openUses(session: KeySession, keyId: string): Uses {
  let left = 0;
  return {
    async reserve(most) {
      if (left >= most) return;
      const wanted = Math.max(BLOCK, most);
      if (!(await countUses(session, keyId, wanted))) throw encryptionKeyExhausted();
      left += wanted;
    },
    take(uses) {
      left -= uses;
    },
  };
}
