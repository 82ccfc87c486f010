import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createMerkleTree } from './merkle-tree.ts';

/** RFC 9162, 2.1.1, as it is written there. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return sha256(Buffer.of(0), first);
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return sha256(Buffer.of(1), treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

function rootOf(leaves: readonly Buffer[]): string {
  const tree = createMerkleTree();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root().toString('hex');
}

it('has the roots of the RFC for any number of leaves', () => {
  for (let count = 0; count <= 70; count += 1) {
    const leaves = Array.from({ length: count }, (_, at) => Buffer.of(at));
    expect(rootOf(leaves)).toBe(treeHash(leaves).toString('hex'));
  }
});

it('has another root when a leaf is changed, left out, doubled or moved', () => {
  for (let count = 1; count <= 20; count += 1) {
    const leaves = Array.from({ length: count }, (_, at): Buffer => Buffer.of(at, at * 7));
    const root = rootOf(leaves);
    for (const [at, leaf] of leaves.entries()) {
      expect(rootOf(leaves.toSpliced(at, 1))).not.toBe(root);
      expect(rootOf(leaves.toSpliced(at, 0, leaf))).not.toBe(root);
      expect(rootOf(leaves.with(at, Buffer.concat([leaf, Buffer.of(7)])))).not.toBe(root);
      if (at > 0) {
        const moved = leaves.toSpliced(at, 1).toSpliced(at - 1, 0, leaf);
        expect(rootOf(moved)).not.toBe(root);
      }
    }
  }
});
