import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import {
  BLOCK_BYTES,
  BLOCK_HEADER_BYTES,
  BLOCK_KINDS,
  FIRST_LINE,
  type BlockKind,
} from './backup-format.ts';
import type { ByteSink } from './byte-sink.ts';

const compress = promisify(brotliCompress);

/** Quality 1 is 2.4 times as fast as zlib's fastest level and as small as its default. */
const COMPRESSION = {
  chunkSize: BLOCK_BYTES,
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 1,
    [constants.BROTLI_PARAM_LGWIN]: 20,
  },
};

/** Blocks that are being compressed at once, on threads of their own. */
const IN_FLIGHT = 4;

/** Writes a backup's blocks. */
export interface BlockWriter {
  /** Cuts bytes into blocks of one kind and number. */
  write(kind: BlockKind, number: number, bytes: Uint8Array): Promise<void>;
  /** Waits until all blocks so far are written. */
  flush(): Promise<void>;
  /** Ends the file with the digest of everything before it. */
  end(): Promise<void>;
  /** Bytes written so far. */
  readonly written: number;
}

/**
 * Begins a file of blocks on a sink: each block is compressed by itself, several at once, in order.
 *
 * @param firstLine what kind of file it is
 */
export async function beginBlocks(
  sink: ByteSink,
  firstLine: string = FIRST_LINE,
): Promise<BlockWriter> {
  const digest = createHash('sha256');
  const flying: Promise<Buffer>[] = [];
  let written = 0;
  const send = async (bytes: Buffer): Promise<void> => {
    digest.update(bytes);
    written += bytes.length;
    await sink.write(bytes);
  };
  const land = async (most: number): Promise<void> => {
    while (flying.length > most) await send(await (flying.shift() as Promise<Buffer>));
  };
  const gather = createGatherer(async (kind, number, raw) => {
    const block = compress(raw, COMPRESSION).then((stored) => frame(kind, number, raw, stored));
    // Awaited in turn; until then a failure must not count as unhandled.
    block.catch(() => undefined);
    flying.push(block);
    await land(IN_FLIGHT - 1);
  });
  await send(Buffer.from(firstLine));
  return {
    write: (kind, number, bytes) => gather.add(kind, number, bytes),
    async flush() {
      await gather.flush();
      await land(0);
    },
    async end() {
      await gather.flush();
      await land(0);
      await send(frame('end', 0, Buffer.alloc(0), Buffer.alloc(0)));
      await sink.write(digest.digest());
      await sink.end();
    },
    get written() {
      return written;
    },
  };
}

/** Joins small pieces to blocks of the full size. */
function createGatherer(emit: (kind: BlockKind, number: number, raw: Buffer) => Promise<void>) {
  let key: { readonly kind: BlockKind; readonly number: number } | undefined;
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (key === undefined || bytes === 0) return;
    const raw = Buffer.concat(pieces);
    [pieces, bytes] = [[], 0];
    await emit(key.kind, key.number, raw);
  };
  return {
    flush,
    async add(kind: BlockKind, number: number, given: Uint8Array): Promise<void> {
      if (key?.kind !== kind || key.number !== number) {
        await flush();
        key = { kind, number };
      }
      for (let rest = given; rest.length > 0;) {
        const piece = rest.subarray(0, BLOCK_BYTES - bytes);
        pieces.push(piece);
        bytes += piece.length;
        rest = rest.subarray(piece.length);
        if (bytes === BLOCK_BYTES) await flush();
      }
    },
  };
}

function frame(kind: BlockKind, number: number, raw: Buffer, stored: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK_HEADER_BYTES);
  header.writeUInt8(BLOCK_KINDS[kind], 0);
  header.writeUInt32BE(number, 1);
  header.writeUInt32BE(raw.length, 5);
  header.writeUInt32BE(stored.length, 9);
  return Buffer.concat([header, stored]);
}
