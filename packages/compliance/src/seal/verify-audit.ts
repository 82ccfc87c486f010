import { readAuditKeys, requireKeyEncryptionKey, type AuditKeys } from '@holovitals/database';
import { verifyAuditRow } from '../audit/audit-hash.ts';
import { createMerkleTree, type MerkleTree } from '../archive/merkle-tree.ts';
import type { CommandContext } from '../command/package-command.ts';
import { readAuditRows, type AuditRow } from './audit-rows.ts';
import { auditLeaf, checkpointSchema, isSigned, type Checkpoint } from './checkpoint.ts';
import { readCheckpoints } from './checkpoint.store.ts';
import { readArchivedRanges, type ArchivedRanges } from './archived-ranges.ts';
import { compareCopies, findCopy } from './compare-copies.ts';
import { copiedHash } from './checkpoint-files.ts';
import type { Fault } from './fault.ts';

/** What a verification found. */
export interface Verification {
  readonly rows: number;
  readonly checkpoints: number;
  /** Checkpoints of rows that left the database: their archives prove them. */
  readonly archived: number;
  /** Copies that were compared; null without a folder. */
  readonly copies: number | null;
  /** Lines among the copies that are none: cut short by a crash, or changed. */
  readonly unreadableCopies: number;
  /** Rows that no checkpoint covers yet; whoever removes the last of them leaves no trace. */
  readonly unsealed: number;
  /** Time of the oldest of them. */
  readonly unsealedSince: string | null;
  /** How many faults there are; `faults` holds the first. */
  readonly faultCount: number;
  readonly faults: readonly Fault[];
}

const ROWS_AT_ONCE = 2000;
const CHECKPOINTS_AT_ONCE = 500;
const MOST_FAULTS = 50;
const LARGEST_SEQ = 2n ** 63n - 1n;
const SMALLEST_SEQ = -(2n ** 63n);

/** What the parts of a verification share. */
interface Round {
  readonly context: CommandContext;
  readonly keys: AuditKeys;
  readonly archived: ArchivedRanges;
  readonly copies: string | null;
  readonly count: { rows: number; checkpoints: number; archived: number; unsealed: number };
  unsealedSince: Date | null;
  readonly fault: (fault: Fault) => void;
}

/**
 * Verifies the audit trail: the keyed hash of every row, the Merkle tree, signature and chain of
 * every checkpoint, and, where their folder is named, the copies outside the database. Rows come in
 * batches and are not kept, however many there are.
 *
 * @param copies folder of the copies; null where there are none to compare
 * @throws CodedError `COMPLIANCE.CHECKPOINT_COPIES_MISSING`, `DATABASE.ENCRYPTION_KEY_MISSING`,
 *   `DATABASE.ENCRYPTION_KEY_WRONG`
 */
export async function verifyAudit(
  context: CommandContext,
  copies: string | null,
): Promise<Verification> {
  const faults: Fault[] = [];
  let faultCount = 0;
  const round: Round = {
    ...{ context, copies },
    keys: await readAuditKeys(context.session, requireKeyEncryptionKey(process.env)),
    archived: await readArchivedRanges(context.session),
    count: { rows: 0, checkpoints: 0, archived: 0, unsealed: 0 },
    unsealedSince: null,
    fault(fault) {
      faultCount += 1;
      if (faults.length < MOST_FAULTS) faults.push(fault);
    },
  };
  // A copy is compared first: sealing goes on, and a checkpoint is copied after it is stored.
  const compared =
    copies === null
      ? null
      : await compareCopies(context, { folder: copies, keys: round.keys, fault: round.fault });
  for (let shard = 0; shard <= 255; shard += 1) await verifyShard(round, shard);
  const { count, unsealedSince } = round;
  return {
    ...{ ...count, copies: compared?.copies ?? null, faultCount, faults },
    unreadableCopies: compared?.unreadable ?? 0,
    unsealedSince: unsealedSince?.toISOString() ?? null,
  };
}

async function verifyShard(round: Round, shard: number): Promise<void> {
  // Nothing has a number below zero.
  await readRows(round, { shard, from: SMALLEST_SEQ, to: -1n }, (row) =>
    round.fault(rowFault('ROW_ADDED', shard, row, 'Its number is one that is never given.')),
  );
  let previous: Checkpoint | null = null;
  for (;;) {
    const after: string = previous?.firstSeq ?? String(SMALLEST_SEQ);
    const found = await readCheckpoints(round.context.session, {
      ...{ shard, after, limit: CHECKPOINTS_AT_ONCE },
    });
    for (const checkpoint of found) {
      await verifyCheckpoint(round, checkpoint, previous);
      previous = checkpoint;
    }
    if (found.length < CHECKPOINTS_AT_ONCE) break;
  }
  const from = previous === null ? 0n : BigInt(previous.headSeq) + 1n;
  await readRows(round, { shard, from, to: LARGEST_SEQ }, (row) => {
    round.count.unsealed += 1;
    const { unsealedSince } = round;
    if (unsealedSince === null || row.at < unsealedSince) round.unsealedSince = row.at;
  });
}

async function verifyCheckpoint(
  round: Round,
  checkpoint: Checkpoint,
  previous: Checkpoint | null,
): Promise<void> {
  const { count, keys, archived } = round;
  const expectedFirst = previous === null ? 0n : BigInt(previous.headSeq) + 1n;
  count.checkpoints += 1;
  const isGenuine =
    checkpointSchema.safeParse(checkpoint).success &&
    isSigned(checkpoint, keys.signers.get(checkpoint.keyId));
  if (!isGenuine) {
    round.fault(
      checkpointFault('CHECKPOINT_FORGED', checkpoint, 'Its signature is not of its content.'),
    );
  }
  if (
    BigInt(checkpoint.firstSeq) !== expectedFirst ||
    checkpoint.previousRoot !== (previous?.rootHash ?? null)
  ) {
    round.fault(
      checkpointFault('CHECKPOINT_REMOVED', checkpoint, 'It does not follow the one before it.'),
    );
  }
  const isArchived = archived.covers(checkpoint);
  if (isArchived) count.archived += 1;
  if (isGenuine && !isArchived) await verifySegment(round, checkpoint);
  else await readSegment(round, checkpoint, () => undefined);
}

/** Compares the rows of a segment with its tree, and names the first that is wrong. */
async function verifySegment(round: Round, checkpoint: Checkpoint): Promise<void> {
  const { shard, treeSize, rootHash } = checkpoint;
  const tree: MerkleTree = createMerkleTree();
  const rows: { seq: bigint; id: string; hash: string }[] = [];
  await readSegment(round, checkpoint, ({ seq, id, hash }) => {
    tree.add(auditLeaf(shard, seq, hash));
    rows.push({ seq, id, hash: copiedHash(hash) });
  });
  if (rows.length === treeSize && tree.root().toString('hex') === rootHash) return;
  const copy = round.copies === null ? null : await findCopy(round.copies, checkpoint);
  const byNumber = new Map(rows.map((row) => [row.seq, row]));
  const copied = new Set(copy?.rows.map(({ seq }) => seq));
  const lost = copy?.rows.find(({ seq, hash }) => byNumber.get(seq)?.hash !== hash);
  const added = copy === null ? undefined : rows.find(({ seq }) => !copied.has(seq));
  if (added !== undefined && (lost === undefined || added.seq < lost.seq)) {
    round.fault(
      rowFault('ROW_ADDED', shard, added, 'It was not there when its segment was sealed.'),
    );
  } else if (lost !== undefined) {
    const there = byNumber.get(lost.seq);
    const row = { seq: lost.seq, id: there?.id ?? null };
    round.fault(
      there === undefined
        ? rowFault('ROW_REMOVED', shard, row, 'It was there when its segment was sealed.')
        : rowFault('ROW_EXCHANGED', shard, row, 'Another row had its number when it was sealed.'),
    );
  } else {
    const why = `${treeSize} row(s) were sealed, ${rows.length} are there; name the copies with --copies to learn which.`;
    round.fault(checkpointFault('ROWS_DIFFER', checkpoint, why));
  }
}

async function readSegment(
  round: Round,
  { shard, firstSeq, headSeq }: Checkpoint,
  take: (row: AuditRow) => void,
): Promise<void> {
  await readRows(round, { shard, from: BigInt(firstSeq), to: BigInt(headSeq) }, take);
}

/** Reads rows in batches, verifies the hash of each, and hands it on. */
async function readRows(
  round: Round,
  { shard, from, to }: { shard: number; from: bigint; to: bigint },
  take: (row: AuditRow) => void,
): Promise<void> {
  const { context, count, keys } = round;
  let last: AuditRow | undefined;
  do {
    // Two rows of a number, of different months, are both read.
    const start = last === undefined ? { from } : { from: last.seq, after: last.id };
    const rows: AuditRow[] = await readAuditRows(context.session, {
      ...{ shard, to, limit: ROWS_AT_ONCE },
      ...start,
    });
    for (const row of rows) {
      count.rows += 1;
      const key = keys.macs.get(row.keyVersion);
      if (key === undefined || !verifyAuditRow(key, row.content)) {
        const why =
          key === undefined
            ? 'It names a key that there is not.'
            : 'Its hash is not of its content: it was changed, or nobody who has the key wrote it.';
        round.fault(rowFault('ROW_FORGED', shard, row, why));
      }
      take(row);
    }
    context.progress(`shard ${shard}: ${count.rows} row(s) verified`);
    last = rows.length < ROWS_AT_ONCE ? undefined : rows.at(-1);
  } while (last !== undefined);
}

function rowFault(
  kind: Fault['kind'],
  shard: number,
  { seq, id }: { readonly seq: bigint; readonly id: string | null },
  why: string,
): Fault {
  return { kind, shard, seq: String(seq), row: id, checkpoint: null, why };
}

function checkpointFault(
  kind: Fault['kind'],
  { id, shard, firstSeq }: Checkpoint,
  why: string,
): Fault {
  return { kind, shard, seq: firstSeq, row: null, checkpoint: id, why };
}
