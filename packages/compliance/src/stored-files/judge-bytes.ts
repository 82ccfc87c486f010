import { storageUriOf, type FileStore, type StoredBytes } from '@holovitals/clinical';
import type { CommandContext } from '../command/package-command.ts';

const BATCH = 500;
/** No upload takes so long: what has no row by then never gets one. */
const CUT_OFF_MS = 86_400_000;

/** Bytes that lie in a store. */
export interface JudgedBytes extends StoredBytes {
  /** A row names them. */
  readonly isKnown: boolean;
  /** Why nothing needs them; null where something does, or may yet. */
  readonly why: 'destroyed' | 'cutOff' | 'unknown' | null;
}

/**
 * Tells of all bytes of a store why nothing needs them: their file is destroyed, their upload was cut off
 * a day ago or longer, or their row is gone. Memory is flat in their number.
 */
export async function* judgeBytes(
  context: CommandContext,
  store: FileStore,
): AsyncGenerator<JudgedBytes> {
  let batch: StoredBytes[] = [];
  for await (const bytes of store.list()) {
    batch.push(bytes);
    if (batch.length < BATCH) continue;
    yield* await judge(context, batch);
    batch = [];
  }
  yield* await judge(context, batch);
}

async function judge(
  { session, now }: CommandContext,
  batch: readonly StoredBytes[],
): Promise<JudgedBytes[]> {
  const { rows } = await session.query<{ uri: string; isDestroyed: boolean }>(
    `select storage_uri as uri, destroyed_at is not null as "isDestroyed" from secure_files
     where storage_uri = any($1)`,
    [batch.map(({ name }) => storageUriOf(name))],
  );
  const known = new Map(rows.map(({ uri, isDestroyed }) => [uri, isDestroyed]));
  const isOld = ({ receivedAt }: StoredBytes) => now.getTime() - receivedAt.getTime() > CUT_OFF_MS;
  return batch.map((bytes) => {
    const isDestroyed = known.get(storageUriOf(bytes.name));
    const isKnown = isDestroyed !== undefined;
    const [isDue, why] = isKnown
      ? ([isDestroyed, 'destroyed'] as const)
      : bytes.isKept
        ? ([true, 'unknown'] as const)
        : ([isOld(bytes), 'cutOff'] as const);
    return { ...bytes, isKnown, why: isDue ? why : null };
  });
}
