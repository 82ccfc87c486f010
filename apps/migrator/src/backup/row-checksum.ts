import type { RowCount } from './backup-format.ts';

const NEWLINE = 0x0a;
const [SEED_A, SEED_B] = [0x811c9dc5 | 0, 0x9747b28c | 0];
const [PRIME_A, PRIME_B] = [0x01000193, 0x5bd1e995];

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
  const [first, second] = [openLane(), openLane()];
  let rows = 0;
  return {
    add(bytes) {
      // A byte waits for the hash of the byte before it: two lines at once keep the processor busy.
      const middle = bytes.indexOf(NEWLINE, bytes.length >>> 1) + 1;
      if (middle === 0) {
        rows += sumLines(bytes, 0, bytes.length, first);
        return;
      }
      const both = Math.min(middle, bytes.length - middle);
      rows += sumInTwo(bytes, middle, both, first, second);
      rows += sumLines(bytes, both, middle, first);
      rows += sumLines(bytes, middle + both, bytes.length, second);
      // The first ended its line: the one that is still open goes on in it.
      first.set(second.subarray(0, 2));
      second.set([SEED_A, SEED_B]);
    },
    result: () => ({
      rows,
      checksum:
        inHex(sumOf(first, 2) + sumOf(second, 2)) + inHex(sumOf(first, 3) + sumOf(second, 3)),
    }),
  };
}

/**
 * Both hashes of the line that is being read, and their sums over those before it. Not variables of a
 * closure: from the second summer on, V8 reads those from memory at every byte.
 */
type Lane = Int32Array;

function openLane(): Lane {
  return Int32Array.of(SEED_A, SEED_B, 0, 0);
}

function sumOf(lane: Lane, place: number): number {
  return lane[place] as number;
}

/** Answers how many lines ended. */
function sumLines(bytes: Uint8Array, from: number, to: number, lane: Lane): number {
  let [x, y, ofX, ofY] = lane as unknown as [number, number, number, number];
  let rows = 0;
  for (let i = from; i < to; i += 1) {
    const byte = bytes[i] as number;
    if (byte !== NEWLINE) {
      x = Math.imul(x ^ byte, PRIME_A);
      y = Math.imul(y ^ byte, PRIME_B);
      y ^= y >>> 15;
      continue;
    }
    ofX = (ofX + finish(x)) | 0;
    ofY = (ofY + finish(y)) | 0;
    rows += 1;
    [x, y] = [SEED_A, SEED_B];
  }
  lane.set([x, y, ofX, ofY]);
  return rows;
}

/** The same for as many bytes from the beginning as from the middle, where a line begins. */
function sumInTwo(
  bytes: Uint8Array,
  middle: number,
  length: number,
  first: Lane,
  second: Lane,
): number {
  let [x, y, ofX, ofY] = first as unknown as [number, number, number, number];
  let [u, v, ofU, ofV] = second as unknown as [number, number, number, number];
  let rows = 0;
  for (let i = 0; i < length; i += 1) {
    const byte = bytes[i] as number;
    if (byte !== NEWLINE) {
      x = Math.imul(x ^ byte, PRIME_A);
      y = Math.imul(y ^ byte, PRIME_B);
      y ^= y >>> 15;
    } else {
      ofX = (ofX + finish(x)) | 0;
      ofY = (ofY + finish(y)) | 0;
      rows += 1;
      [x, y] = [SEED_A, SEED_B];
    }
    const other = bytes[middle + i] as number;
    if (other !== NEWLINE) {
      u = Math.imul(u ^ other, PRIME_A);
      v = Math.imul(v ^ other, PRIME_B);
      v ^= v >>> 15;
    } else {
      ofU = (ofU + finish(u)) | 0;
      ofV = (ofV + finish(v)) | 0;
      rows += 1;
      [u, v] = [SEED_A, SEED_B];
    }
  }
  first.set([x, y, ofX, ofY]);
  second.set([u, v, ofU, ofV]);
  return rows;
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
