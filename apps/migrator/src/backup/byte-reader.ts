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
  let held: Buffer[] = [];
  let bytes = 0;
  const fill = async (length: number): Promise<void> => {
    while (bytes < length) {
      const next = await pieces.next();
      if (next.done === true) return;
      held.push(next.value);
      bytes += next.value.length;
    }
  };
  const joined = (): Buffer => {
    const [first] = held;
    const all = held.length === 1 && first !== undefined ? first : Buffer.concat(held);
    held = [all];
    return all;
  };
  const cut = (length: number): Buffer => {
    const all = joined();
    held = length < all.length ? [all.subarray(length)] : [];
    bytes = all.length - Math.min(length, all.length);
    return all.subarray(0, length);
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
      const end = joined().subarray(0, limit).indexOf(0x0a);
      return end < 0 ? null : cut(end + 1);
    },
    async peek(length) {
      await fill(length);
      return joined().subarray(0, length);
    },
  };
}
