import type { ShardRanges } from '../audit.schema.ts';
import { archiveUnproven } from '../errors.ts';
import { auditLeaf } from '../seal/checkpoint.ts';
import { createMerkleTree } from './merkle-tree.ts';

/** The columns that a file of audit rows begins with, and by whose first two it is ordered. */
export const LEADING_COLUMNS = ['shard', 'seq', 'hash', 'key_version'] as const;

const TAB = 0x09;

/** What the rows of a month come to. */
export interface RowsSummary {
  readonly rows: number;
  /** In hex. */
  readonly merkleRoot: string;
  readonly shardRanges: ShardRanges;
  /** Of the newest key that hashed a row; null where there is none. */
  readonly keyVersion: number | null;
}

/**
 * Sums up audit rows as COPY writes them, ordered by shard and sequence number.
 */
export function summarizeRows(): { take(line: Buffer): void; end(): RowsSummary } {
  const tree = createMerkleTree();
  const ranges: { shard: number; firstSeq: string; lastSeq: string; rows: number }[] = [];
  let [rows, keyVersion] = [0, 0];
  return {
    take(line) {
      const { shard, seq, hash, version } = readLeading(line);
      let range = ranges.at(-1);
      const isNext = range === undefined || shard > range.shard;
      if (range !== undefined && !isNext && (shard < range.shard || seq <= BigInt(range.lastSeq))) {
        throw archiveUnproven('Its rows are not in the order of shard and sequence number.');
      }
      if (range === undefined || isNext) {
        range = { shard, firstSeq: String(seq), lastSeq: '', rows: 0 };
        ranges.push(range);
      }
      range.lastSeq = String(seq);
      range.rows += 1;
      rows += 1;
      keyVersion = Math.max(keyVersion, version);
      tree.add(auditLeaf(shard, seq, hash));
    },
    end: () => ({
      ...{ rows, merkleRoot: tree.root().toString('hex'), shardRanges: ranges },
      keyVersion: rows === 0 ? null : keyVersion,
    }),
  };
}

function readLeading(line: Buffer) {
  const ends: number[] = [];
  for (let end = line.indexOf(TAB); end >= 0 && ends.length < LEADING_COLUMNS.length;) {
    ends.push(end);
    end = line.indexOf(TAB, end + 1);
  }
  const fields = line.toString('latin1', 0, ends.at(-1) ?? 0).split('\t');
  const [shard = '', seq = '', hash = '', version = ''] = fields;
  // COPY doubles the backslash of a bytea.
  if (!/^\d+\t-?\d+\t\\\\x[0-9a-f]{64}\t\d+$/.test([shard, seq, hash, version].join('\t'))) {
    throw archiveUnproven('A row of it is no audit row.');
  }
  return {
    shard: Number(shard),
    seq: BigInt(seq),
    hash: Buffer.from(hash.slice(3), 'hex'),
    version: Number(version),
  };
}
