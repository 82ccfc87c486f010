import type pg from 'pg';
import { isCodedError } from '@holovitals/errors';
import { inTransaction } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError, isPassing } from '../connection/database-error.ts';
import { boundTransaction } from '../connection/lock-patience.ts';
import { withLockRetries, type LockDiscipline } from '../connection/lock-retries.ts';
import { passingFault } from '../connection/passing-fault.ts';
import { objectInvalid, objectsLeft, schemaAhead } from '../errors.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import { applyObject, ObjectRefused } from './apply-object.ts';
import { queryCatalog } from './object-catalog.ts';
import { isNotReplaceable, restore, setAside } from './set-aside.ts';
import type { SqlObject } from './sql-object.ts';

const UNDEFINED_TABLE = '42P01';
const UNDEFINED_COLUMN = '42703';

/** How {@link applyObjects} runs. */
export interface ApplyObjectsOptions {
  /** All objects of the workspace, in order. */
  readonly objects: readonly SqlObject[];
  readonly locks: LockDiscipline;
  /** Drop what stands in the way and no file makes any more. */
  readonly prune: boolean;
  readonly onProgress: (line: string) => void;
}

/**
 * Applies files of objects, one transaction for each group of files that need each other. What a
 * file made before and cannot replace is dropped first, with what depends on it, and restored.
 * Answers the files, with those that were restored.
 *
 * @throws CodedError `MIGRATOR.OBJECT_INVALID`, `MIGRATOR.OBJECTS_LEFT`, `MIGRATOR.LOCK_UNAVAILABLE`,
 * `MIGRATOR.DATABASE_FAULT`
 */
export async function applyObjects(
  client: pg.Client,
  pending: readonly SqlObject[],
  options: ApplyObjectsOptions,
): Promise<string[]> {
  const applied = new Set<string>();
  for (const group of groupsOf(pending)) {
    for (const { file } of group) options.onProgress(`applying ${file}`);
    try {
      const files = await withLockRetries(options.locks, group[0]?.file ?? '', () =>
        applyGroup(client, group, options),
      );
      for (const file of files) applied.add(file);
    } catch (error) {
      throw explain(error, group, options.locks);
    }
  }
  return [...applied];
}

function groupsOf(pending: readonly SqlObject[]): SqlObject[][] {
  const groups = new Map<string, SqlObject[]>();
  for (const object of pending) {
    groups.set(object.group, [...(groups.get(object.group) ?? []), object]);
  }
  return [...groups.values()];
}

async function applyGroup(
  client: pg.Client,
  group: readonly SqlObject[],
  options: ApplyObjectsOptions,
): Promise<string[]> {
  const files = group.map(({ file }) => file);
  try {
    await inTransaction(client, async () => {
      await client.query(boundTransaction(options.locks.patience));
      for (const object of group) await applyObject(client, object);
    });
    return files;
  } catch (error) {
    if (!(error instanceof ObjectRefused) || !isNotReplaceable(error.cause)) throw error;
    const restored = await applyAnew(client, group, error.object, options);
    if (restored === null) throw error;
    return [...files, ...restored.map(({ file }) => file)];
  }
}

/** Applies a group after dropping what the refused file had made; null where it had made nothing. */
async function applyAnew(
  client: pg.Client,
  group: readonly SqlObject[],
  refused: SqlObject,
  { objects, locks, prune }: ApplyObjectsOptions,
): Promise<readonly SqlObject[] | null> {
  return inTransaction(client, async () => {
    await client.query(boundTransaction(locks.patience));
    const made = await queryCatalog<{ identity: string }>(
      client,
      `select k as identity from migrator.objects r, jsonb_object_keys(left_behind || objects) k
       where file = $1`,
      [refused.file],
    );
    const identities = made.map(({ identity }) => identity);
    const aside = await setAside(client, { names: [], identities });
    if (aside.identities.length === 0) return null;
    const files = new Set([...aside.files, ...group.map(({ file }) => file)]);
    const { restored, lost } = await restore(client, { ...aside, files }, objects);
    if (lost.length > 0 && !prune) throw objectsLeft(refused.file, lost);
    return restored;
  });
}

function explain(error: unknown, group: readonly SqlObject[], locks: LockDiscipline): unknown {
  if (isCodedError(error)) return error;
  if (!(error instanceof ObjectRefused)) {
    if (!isDatabaseError(error)) return error;
    return passingFault(locks, group[0]?.file ?? '', error);
  }
  const { object, cause } = error;
  if (!isDatabaseError(cause)) return cause;
  if (isPassing(cause)) return passingFault(locks, object.file, cause, object.sql);
  const why = describeDatabaseError(cause, withoutByteOrderMark(object.sql));
  const { code } = cause as { code?: string };
  const isGenerated = object.file.startsWith('generated/');
  return isGenerated && (code === UNDEFINED_TABLE || code === UNDEFINED_COLUMN)
    ? schemaAhead(why)
    : objectInvalid(object.file, why);
}
