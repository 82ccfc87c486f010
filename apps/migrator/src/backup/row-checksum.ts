import type { RowCount } from './backup-format.ts';

const NEWLINE = 0x0a;
const [SEED_A, SEED_B] = [0x811c9dc5 | 0, 0x9747b28c | 0];

/** Sums up rows as COPY's text format writes them, one line each, in pieces of any length. */
export interface RowSummer {
  add(bytes: Uint8Array): void;
  result(): RowCount;
}

/**
 * Makes a sum over rows that does not depend on their order: two 32-bit hashes of each line, each added
 * up modulo 2^32. It finds rows that were lost, doubled or changed by accident; against changes by
 * intent stand the digest of the file and its encryption.
 */
export function createRowSummer(): RowSummer {
  let [a, b] = [SEED_A, SEED_B];
  let [sumA, sumB, rows] = [0, 0, 0];
  return {
    add(bytes) {
      // Locals: this loop sees every byte of the database.
      let [x, y, ofX, ofY] = [a, b, sumA, sumB];
      for (let i = 0; i < bytes.length; i += 1) {
        const byte = bytes[i] as number;
        if (byte !== NEWLINE) {
          x = Math.imul(x ^ byte, 0x01000193);
          y = Math.imul(y ^ byte, 0x5bd1e995);
          y ^= y >>> 15;
          continue;
        }
        ofX = (ofX + finish(x)) | 0;
        ofY = (ofY + finish(y)) | 0;
        rows += 1;
        x = SEED_A;
        y = SEED_B;
      }
      [a, b, sumA, sumB] = [x, y, ofX, ofY];
    },
    result: () => ({ rows, checksum: inHex(sumA) + inHex(sumB) }),
  };
}

/** Spreads the last bytes over the whole hash, or sums of similar rows would be similar. */
function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function inHex(sum: number): string {
  return (sum >>> 0).toString(16).padStart(8, '0');
}
