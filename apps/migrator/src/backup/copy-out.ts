import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** Rows that are held for a reader who is busy, before the server is kept waiting. */
const MOST_HELD_BYTES = 1 << 20;
/** A message's code and the length of what follows. */
const HEADER_BYTES = 5;
const LENGTH_BYTES = 4;
const [COPY_DATA, COPY_DONE] = [0x64, 0x63];
/** Told before or between rows: CopyOutResponse, ParameterStatus, NoticeResponse, NotificationResponse. */
const PASSED = new Set([0x48, 0x53, 0x4e, 0x41]);

/**
 * Runs `COPY … TO STDOUT`, and answers what the server sends, in pieces that begin and end anywhere.
 * A message is a row: headers are squeezed out where the bytes lie, so that none costs an object.
 * Who stops before the end ends the session, since the server would go on sending.
 */
export async function* copyOut(client: pg.Client, sql: string): AsyncGenerator<Buffer> {
  const squeeze = createSqueezer();
  const pieces: Buffer[] = [];
  let stream: Duplex | undefined;
  let held = 0;
  let wake = (): void => undefined;
  const ending = { isKnown: false, error: undefined as Error | undefined };
  const end = (error?: Error): void => {
    if (!ending.isKnown) Object.assign(ending, { isKnown: true, error });
    wake();
  };
  const query = {
    submit(connection: pg.Connection) {
      stream = connection.stream;
      readInstead(stream, (bytes) => {
        const { rows, rest } = squeeze(bytes);
        if (rows > 0) pieces.push(bytes.subarray(0, rows));
        held += rows;
        if (rest === null && held > MOST_HELD_BYTES) stream?.pause();
        wake();
        return rest;
      });
      connection.query(sql);
    },
    handleCommandComplete: () => undefined,
    handleReadyForQuery: () => end(),
    handleError: end,
  };
  client.query(query);
  try {
    for (;;) {
      const piece = pieces.shift();
      if (piece !== undefined) {
        held -= piece.length;
        if (stream?.isPaused() === true) stream.resume();
        yield piece;
      } else if (!ending.isKnown) {
        await new Promise<void>((resolve) => (wake = resolve));
      } else if (ending.error !== undefined) {
        throw ending.error;
      } else {
        return;
      }
    }
  } finally {
    if (!ending.isKnown) stream?.destroy();
  }
}

/** Reads what comes in the place of pg, until `read` answers what is for pg again. */
function readInstead(stream: Duplex, read: (bytes: Buffer) => Buffer | null): void {
  const [own] = stream.listeners('data') as ((bytes: Buffer) => void)[];
  if (own === undefined) throw new Error('pg does not read from its connection');
  const listener = (bytes: Buffer): void => {
    const rest = read(bytes);
    if (rest === null) return;
    stream.removeListener('data', listener);
    stream.on('data', own);
    if (rest.length > 0) own(rest);
  };
  stream.on('data', listener);
  stream.removeListener('data', own);
}

interface Squeezed {
  /** Bytes of rows, now at the beginning. */
  readonly rows: number;
  /** What follows the copy; null while it goes on. */
  readonly rest: Buffer | null;
}

function createSqueezer(): (bytes: Buffer) => Squeezed {
  // A header that was cut in two, what has come of it, and the message that is being read.
  const header = Buffer.alloc(HEADER_BYTES);
  let [filled, code, left] = [0, 0, 0];
  return (bytes) => {
    let [at, rows] = [0, 0];
    while (at < bytes.length) {
      if (left > 0) {
        const end = Math.min(at + left, bytes.length);
        if (code === COPY_DATA) {
          bytes.copyWithin(rows, at, end);
          rows += end - at;
        }
        left -= end - at;
        at = end;
        continue;
      }
      if (filled === 0 && at + HEADER_BYTES <= bytes.length) {
        code = bytes[at] as number;
        left = bytes.readUInt32BE(at + 1) - LENGTH_BYTES;
        if (!isOfCopy(code)) return { rows, rest: bytes.subarray(at) };
        at += HEADER_BYTES;
      } else {
        header[filled] = bytes[at] as number;
        [filled, at] = [filled + 1, at + 1];
        if (filled < HEADER_BYTES) continue;
        [filled, code, left] = [0, header[0] as number, header.readUInt32BE(1) - LENGTH_BYTES];
        if (!isOfCopy(code)) return { rows, rest: Buffer.concat([header, bytes.subarray(at)]) };
      }
      if (code === COPY_DONE) return { rows, rest: bytes.subarray(at) };
    }
    return { rows, rest: null };
  };
}

function isOfCopy(code: number): boolean {
  return code === COPY_DATA || code === COPY_DONE || PASSED.has(code);
}
