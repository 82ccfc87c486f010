import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { backupDamaged, backupForeign, backupNewer } from '../errors.ts';
import {
  BLOCK_BYTES,
  BLOCK_HEADER_BYTES,
  BLOCK_KINDS,
  DIGEST_BYTES,
  FORMAT_NAME,
  FORMAT_VERSION,
  STORED_BYTES,
  type BlockKind,
} from './backup-format.ts';
import type { ByteReader } from './byte-reader.ts';

const decompress = promisify(brotliDecompress);

const KIND_OF = new Map<number, BlockKind>(
  Object.entries(BLOCK_KINDS).map(([kind, number]) => [number, kind as BlockKind]),
);

/** A block as it was before it was compressed. */
export interface Block {
  readonly kind: BlockKind;
  readonly number: number;
  readonly bytes: Buffer;
  /** How many bytes it is, also where they were passed over. */
  readonly rawBytes: number;
}

/** What of a backup is read. */
export interface ReadOptions {
  /** Rows are summed up for the digest as they are stored, and not decompressed: their blocks come empty. */
  readonly withoutRows?: boolean;
  /** The word that its first line begins with. */
  readonly format?: string;
}

/** Blocks that are being decompressed at once, on threads of their own. */
const IN_FLIGHT = 3;

/**
 * Reads a backup's blocks, and then proves that the digest at its end is that of all the bytes
 * before it, and that nothing follows. Lengths are believed only within the format's limits.
 *
 * @throws CodedError `MIGRATOR.BACKUP_FOREIGN`, `MIGRATOR.BACKUP_NEWER`, `MIGRATOR.BACKUP_DAMAGED`
 */
export async function* readBlocks(
  reader: ByteReader,
  { withoutRows = false, format = FORMAT_NAME }: ReadOptions = {},
): AsyncGenerator<Block> {
  const digest = createHash('sha256').update(await readFirstLine(reader, format));
  const flying: Promise<Block>[] = [];
  for (;;) {
    const { kind, number, header, rawBytes, stored } = await readStored(reader);
    digest.update(header).update(stored);
    if (kind === 'end') break;
    const isPassed = withoutRows && kind === 'rows';
    const raw = isPassed ? Promise.resolve(NOTHING) : decompressBlock(stored, rawBytes);
    const block = raw.then((bytes) => ({ kind, number, bytes, rawBytes }));
    // Awaited in turn; until then a failure must not count as unhandled.
    block.catch(() => undefined);
    flying.push(block);
    if (flying.length >= IN_FLIGHT) yield await (flying.shift() as Promise<Block>);
  }
  for (const block of flying) yield await block;
  const wanted = await reader.upTo(DIGEST_BYTES + 1);
  if (!wanted.equals(digest.digest())) {
    throw backupDamaged('The digest at its end is not that of its bytes.');
  }
}

const NOTHING = Buffer.alloc(0);

async function readFirstLine(reader: ByteReader, format: string): Promise<Buffer> {
  const line = await reader.line(format.length + 12);
  const [, version] = new RegExp(`^${format} (\\d+)\n$`).exec(String(line ?? '')) ?? [];
  if (line === null || version === undefined) {
    throw backupForeign(`It does not begin like a ${format} of this migrator.`);
  }
  if (Number(version) > FORMAT_VERSION) throw backupNewer(version);
  return line;
}

async function readStored(reader: ByteReader) {
  const header = await reader.take(BLOCK_HEADER_BYTES);
  if (header === null) throw backupDamaged('It is cut off.');
  const kind = KIND_OF.get(header.readUInt8(0));
  const [number, rawBytes, storedBytes] = [1, 5, 9].map((at) => header.readUInt32BE(at)) as [
    number,
    number,
    number,
  ];
  if (kind === undefined || rawBytes > BLOCK_BYTES || storedBytes > STORED_BYTES) {
    throw backupDamaged('A block of it has no form that a backup has.');
  }
  const stored = await reader.take(storedBytes);
  if (stored === null) throw backupDamaged('It is cut off.');
  return { kind, number, header, rawBytes, stored };
}

/** Gives up as soon as there is a byte more than was declared. */
async function decompressBlock(stored: Buffer, rawBytes: number): Promise<Buffer> {
  const options = { maxOutputLength: Math.max(rawBytes, 1), chunkSize: BLOCK_BYTES };
  const bytes = await decompress(stored, options).catch(() => null);
  if (bytes?.length !== rawBytes) throw backupDamaged('A block of it does not decompress.');
  return bytes;
}
