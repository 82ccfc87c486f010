import { createHash } from 'node:crypto';

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** A Merkle tree hash (RFC 9162, 2.1.1, with SHA-256) that is built as its leaves come. */
export interface MerkleTree {
  add(leaf: Uint8Array): void;
  root(): Buffer;
}

/** Begins a tree; it holds one hash for each level, however many leaves come. */
export function createMerkleTree(): MerkleTree {
  // Whole subtrees, the largest first; no two of one height.
  const subtrees: { readonly height: number; readonly hash: Buffer }[] = [];
  return {
    add(leaf) {
      let [height, hash] = [0, digest(LEAF, leaf)];
      for (let last = subtrees.at(-1); last?.height === height; last = subtrees.at(-1)) {
        subtrees.pop();
        hash = digest(NODE, last.hash, hash);
        height += 1;
      }
      subtrees.push({ height, hash });
    },
    root() {
      const hashes = subtrees.map(({ hash }) => hash);
      const last = hashes.pop();
      if (last === undefined) return digest();
      return hashes.reduceRight((right, left) => digest(NODE, left, right), last);
    },
  };
}

function digest(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
