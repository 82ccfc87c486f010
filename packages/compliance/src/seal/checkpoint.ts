import { sign, verify } from 'node:crypto';
import type { SigningKey } from '@holovitals/database';
import { z } from 'zod';

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);
const seq = z.string().regex(/^\d{1,19}$/);

/**
 * A closed segment of one shard of the audit trail, signed: the rows whose sequence numbers lie
 * between two, both included. It begins where the one before it ends, so that the segments of a shard
 * cover every number, also those that nobody used. Hashes are hex.
 */
export const checkpointSchema = z.object({
  id: z.uuid(),
  shard: z.int().min(0).max(255),
  firstSeq: seq,
  headSeq: seq,
  /** Keyed hash of the row at `headSeq`. */
  headHash: hex32,
  closedAt: z.iso.datetime(),
  batchId: z.uuid(),
  /** Number of rows. */
  treeSize: z.int().min(1),
  /** Of the Merkle tree over the rows (RFC 9162, 2.1.1). */
  rootHash: hex32,
  /** Of the segment before it; null for the first. */
  previousRoot: hex32.nullable(),
  keyId: z.uuid(),
  /** Ed25519 (RFC 8032), over {@link signedBytes}. */
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});

/** One of {@link checkpointSchema}. */
export type Checkpoint = z.infer<typeof checkpointSchema>;

const LEAF_BYTES = 42;

/**
 * The leaf of an audit row: its shard (2 bytes), its sequence number (8 bytes, both big-endian) and
 * its keyed hash (32), which covers its content.
 */
export function auditLeaf(shard: number, seq: bigint, hash: Uint8Array): Buffer {
  const leaf = Buffer.alloc(LEAF_BYTES);
  leaf.writeInt16BE(shard, 0);
  leaf.writeBigInt64BE(seq, 2);
  leaf.set(hash, 10);
  return leaf;
}

/** Signs a segment. */
export function signCheckpoint(
  segment: Omit<Checkpoint, 'signature' | 'keyId'>,
  signer: SigningKey,
): Checkpoint {
  const signed = { ...segment, keyId: signer.id };
  const signature = sign(null, signedBytes(signed), signer.privateKey).toString('hex');
  return { ...signed, signature };
}

/** Whether a checkpoint is what its key signed. */
export function isSigned(checkpoint: Checkpoint, signer: SigningKey | undefined): boolean {
  return (
    signer !== undefined &&
    verify(
      null,
      signedBytes(checkpoint),
      signer.publicKey,
      Buffer.from(checkpoint.signature, 'hex'),
    )
  );
}

/** What is signed: each part on a line of its own, so that no two segments share their bytes. */
function signedBytes(segment: Omit<Checkpoint, 'signature'>): Buffer {
  const { id, shard, firstSeq, headSeq, headHash, closedAt, batchId, keyId } = segment;
  const parts = [
    'audit checkpoint v1',
    ...[id, shard, firstSeq, headSeq, headHash, closedAt, batchId],
    ...[segment.treeSize, segment.rootHash, segment.previousRoot ?? '-', keyId],
  ];
  return Buffer.from(parts.join('\n'));
}
