import { setTimeout as wait } from 'node:timers/promises';
import {
  makeSigningKey,
  readAuditKeys,
  rememberUnwrapped,
  requireKeyEncryptionKey,
  type KeyEncryptionKey,
  type SigningKey,
} from '@holovitals/database';
import { isCodedError } from '@holovitals/errors';
import { v7 as uuidV7 } from 'uuid';
import { createMerkleTree } from '../archive/merkle-tree.ts';
import { openTrail } from '../audit/open-trail.ts';
import type { CommandContext } from '../command/package-command.ts';
import { sealerRunning } from '../errors.ts';
import { auditLeaf, signCheckpoint, type Checkpoint } from './checkpoint.ts';
import { appendCopies, packRows } from './checkpoint-files.ts';
import { insertCheckpoints, keepReceipts, readHeads, readUncopied } from './checkpoint.store.ts';
import { readRowHashes } from './audit-rows.ts';
import { settledHead } from './settled-head.ts';

/** The most rows of one segment: what is held at a time, and what a difference is narrowed to. */
const MOST_ROWS = 10_000;
const COPIES_AT_ONCE = 64;
const PATIENCE_MS = 60_000;

/** What a round of sealing came to. */
export interface Sealed {
  readonly checkpoints: number;
  readonly rows: number;
  /** Checkpoints that were copied, with those of earlier rounds that were cut off. */
  readonly copied: number;
}

/** Seals rounds until it is closed. */
export interface Sealer {
  seal(): Promise<Sealed>;
}

/**
 * Becomes the one sealer of a database, for as long as its session lasts; it makes the signing key
 * where none is active.
 *
 * @param folder where the copies of checkpoints go: outside the database, best on another machine
 * @throws CodedError `COMPLIANCE.SEALER_RUNNING`, `DATABASE.ENCRYPTION_KEY_MISSING`,
 *   `DATABASE.ENCRYPTION_KEY_WRONG`
 */
export async function openSealer(context: CommandContext, folder: string): Promise<Sealer> {
  const { session } = context;
  const kek = rememberUnwrapped(requireKeyEncryptionKey(process.env));
  const { rows } = await session.query<{ mine: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('audit sealer', 0)) as mine`,
  );
  if (rows[0]?.mine !== true) throw sealerRunning();
  let last = '';
  return {
    async seal() {
      // Asked for in each round: a sealer that runs for months takes up a key that was rotated.
      const { signer } = await readAuditKeys(session, kek);
      const key = signer ?? (await makeKey(context, kek));
      const head = await settledHead(session, PATIENCE_MS);
      const sealed = head === last ? { checkpoints: 0, rows: 0 } : await sealTo(context, key, head);
      last = head;
      return { ...sealed, copied: await copy(context, folder) };
    },
  };
}

/** Makes the key that signs, and says so in the trail. */
async function makeKey(context: CommandContext, kek: KeyEncryptionKey): Promise<SigningKey> {
  const trail = await openTrail(context, null);
  return await context.inTransaction('making the signing key', async () => {
    const key = await makeSigningKey(context.session, kek);
    await trail.record({
      ...{ eventType: 'KEY_OPERATION', action: 'C', outcome: 'SUCCESS' },
      ...{ resourceType: 'EncryptionKey', resourceId: key.id },
      reason: 'made the key that signs audit checkpoints',
    });
    return key;
  });
}

/**
 * Seals round after round, until the process is stopped; that may happen at any moment. A round that
 * a writer holds up is told, and the next one tries again.
 */
export async function sealAgain(
  context: CommandContext,
  sealer: Sealer,
  seconds: number,
): Promise<never> {
  for (;;) {
    const begun = Date.now();
    try {
      await sealer.seal();
    } catch (error) {
      if (!isCodedError(error) || error.code !== 'COMPLIANCE.AUDIT_WRITERS_BUSY') throw error;
      context.say(error.message);
    }
    await wait(Math.max(0, begun + seconds * 1000 - Date.now()));
  }
}

/** Closes what is behind the last checkpoint of every shard, up to a number that is settled. */
async function sealTo(context: CommandContext, key: SigningKey, head: string) {
  const { session } = context;
  const heads = await readHeads(session);
  const batchId = uuidV7();
  let [checkpoints, rows] = [0, 0];
  for (const shard of await readWritten(context, heads, head)) {
    let previous = heads.get(shard);
    for (;;) {
      const checkpoint = await closeSegment(context, key, { shard, previous, head, batchId });
      if (checkpoint === null) break;
      previous = checkpoint;
      checkpoints += 1;
      rows += checkpoint.treeSize;
      context.progress(`sealed ${rows} row(s)`);
    }
  }
  return { checkpoints, rows };
}

/** The shards that hold rows which are settled and not sealed. */
async function readWritten(
  { session }: CommandContext,
  heads: ReadonlyMap<number, Checkpoint>,
  head: string,
): Promise<number[]> {
  const sealed = Array.from({ length: 256 }, (_, shard) => heads.get(shard)?.headSeq ?? '-1');
  const { rows } = await session.query<{ shard: number }>(
    `select shards.of as shard from unnest($1::bigint[]) with ordinality as heads (seq, nth),
       lateral (select (nth - 1)::smallint as of) as shards,
       lateral (select from audit_logs
         where shard = shards.of and audit_logs.seq > heads.seq and audit_logs.seq <= $2::bigint limit 1) as there
     order by 1`,
    [sealed, head],
  );
  return rows.map(({ shard }) => shard);
}

interface SegmentPlace {
  readonly shard: number;
  readonly previous: Checkpoint | undefined;
  readonly head: string;
  readonly batchId: string;
}

async function closeSegment(
  { session }: CommandContext,
  key: SigningKey,
  { shard, previous, head, batchId }: SegmentPlace,
): Promise<Checkpoint | null> {
  const from = previous === undefined ? 0n : BigInt(previous.headSeq) + 1n;
  const rows = await readRowHashes(session, { shard, from, to: BigInt(head), limit: MOST_ROWS });
  const last = rows.at(-1);
  if (last === undefined) return null;
  const checkpoint = signCheckpoint(
    {
      ...{ id: uuidV7(), shard, batchId, closedAt: new Date().toISOString() },
      ...{ firstSeq: String(from), headSeq: String(last.seq) },
      ...{ headHash: last.hash.toString('hex'), treeSize: rows.length },
      ...{ rootHash: rootOf(shard, rows), previousRoot: previous?.rootHash ?? null },
    },
    key,
  );
  await insertCheckpoints(session, [checkpoint]);
  return checkpoint;
}

function rootOf(
  shard: number,
  rows: readonly { readonly seq: bigint; readonly hash: Buffer }[],
): string {
  const tree = createMerkleTree();
  for (const { seq, hash } of rows) tree.add(auditLeaf(shard, seq, hash));
  return tree.root().toString('hex');
}

/**
 * Copies what has no receipt yet out of the database. Where it is cut off between the copy and the
 * receipt, the next round copies it once more.
 */
async function copy({ session }: CommandContext, folder: string): Promise<number> {
  let copied = 0;
  for (;;) {
    const checkpoints = await readUncopied(session, COPIES_AT_ONCE);
    if (checkpoints.length === 0) return copied;
    const copies = [];
    for (const checkpoint of checkpoints) {
      const { shard, firstSeq, headSeq, treeSize } = checkpoint;
      const range = { shard, from: BigInt(firstSeq), to: BigInt(headSeq), limit: treeSize };
      copies.push({ checkpoint, rows: packRows(await readRowHashes(session, range)) });
    }
    const name = await appendCopies(folder, copies);
    await keepReceipts(
      session,
      checkpoints.map(({ id }) => ({ id, receipt: name })),
    );
    copied += copies.length;
  }
}
