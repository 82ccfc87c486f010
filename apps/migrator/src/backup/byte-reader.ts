/** Reads bytes from a source in lengths that the caller chooses. */
export interface ByteReader {
  /** Exactly this many, or null where the source ends before. */
  take(length: number): Promise<Buffer | null>;
  /** This many, or as many as there are. */
  upTo(length: number): Promise<Buffer>;
  /** Up to and with the next newline; null where none comes within the limit. */
  line(limit: number): Promise<Buffer | null>;
  /** What comes next, left to be read. */
  peek(length: number): Promise<Buffer>;
}

/** Reads from pieces of any length, and asks for no more of them than are needed. */
export function createByteReader(source: AsyncIterable<Buffer>): ByteReader {
  const pieces = source[Symbol.asyncIterator]();
  const held: Buffer[] = [];
  let bytes = 0;
  const fill = async (length: number): Promise<void> => {
    while (bytes < length) {
      const next = await pieces.next();
      if (next.done === true) return;
      held.push(next.value);
      bytes += next.value.length;
    }
  };
  /** Copies what lies in several pieces, and no more than is asked for. */
  const look = (length: number): Buffer => {
    const [first = NOTHING] = held;
    if (first.length >= length) return first.subarray(0, length);
    const joined = Buffer.allocUnsafeSlow(length);
    let filled = 0;
    for (const piece of held) {
      filled += piece.copy(joined, filled);
      if (filled === length) break;
    }
    return joined;
  };
  const pass = (length: number): void => {
    bytes -= length;
    for (let rest = length; rest > 0;) {
      const [first = NOTHING] = held;
      if (first.length > rest) held[0] = first.subarray(rest);
      else held.shift();
      rest -= Math.min(first.length, rest);
    }
  };
  const cut = (length: number): Buffer => {
    const piece = look(length);
    pass(length);
    return piece;
  };
  const upTo = async (length: number): Promise<Buffer> => {
    await fill(length);
    return cut(Math.min(length, bytes));
  };
  return {
    upTo,
    async take(length) {
      await fill(length);
      return bytes < length ? null : cut(length);
    },
    async line(limit) {
      await fill(limit);
      const end = look(Math.min(limit, bytes)).indexOf(0x0a);
      return end < 0 ? null : cut(end + 1);
    },
    async peek(length) {
      await fill(length);
      return look(Math.min(length, bytes));
    },
  };
}

const NOTHING = Buffer.alloc(0);
