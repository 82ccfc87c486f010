const NEWLINE = 0x0a;

/** Hands on whole lines, without their newlines, of bytes that come in pieces of any length. */
export interface LineSplitter {
  add(bytes: Buffer): void;
  /** Lines so far. */
  readonly lines: number;
  /** Bytes after the last newline were given. */
  readonly hasRest: boolean;
}

export function splitLines(take: (line: Buffer) => void): LineSplitter {
  let rest: Buffer = Buffer.alloc(0);
  let lines = 0;
  return {
    add(bytes) {
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        const line = bytes.subarray(from, end);
        take(rest.length === 0 ? line : Buffer.concat([rest, line]));
        rest = Buffer.alloc(0);
        lines += 1;
        from = end + 1;
      }
      // A copy: what reads from the server uses its buffers again.
      if (from < bytes.length) rest = Buffer.concat([rest, bytes.subarray(from)]);
    },
    get lines() {
      return lines;
    },
    get hasRest() {
      return rest.length > 0;
    },
  };
}
