import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AGE_FIRST_LINE, decryptFrom } from '../backup/age-stream.ts';
import { readBlocks, type Block } from '../backup/block-reader.ts';
import { createByteReader } from '../backup/byte-reader.ts';
import { backupDamaged, backupForeign, backupUnreadable } from '../errors.ts';
import { ROW_FILE_FORMAT, type ReadRows, type RowFileHead, type TakeRow } from './row-file.ts';
import { splitLines } from './split-lines.ts';

const READ_BYTES = 1 << 20;
const JSON_BYTES = 16 << 20;

/** Takes what a file of rows holds. */
export interface RowReader {
  readonly takeHead?: (head: RowFileHead) => Promise<void> | void;
  readonly takeRow?: TakeRow;
  /** Rows in pieces of any length, each awaited. */
  readonly takeBytes?: (bytes: Buffer) => Promise<void>;
}

/**
 * Reads a whole file of rows and proves that it is what was written: every block, the digest at its
 * end, the number of its rows, and the codes of its encryption.
 *
 * @throws CodedError `MIGRATOR.BACKUP_FOREIGN`, `MIGRATOR.BACKUP_NEWER`, `MIGRATOR.BACKUP_LOCKED`,
 * `MIGRATOR.BACKUP_DAMAGED`, `MIGRATOR.BACKUP_UNREADABLE`
 */
export async function readRows(
  file: string,
  identities: readonly string[],
  taker: RowReader,
): Promise<ReadRows> {
  const hash = createHash('sha256');
  const stream = createReadStream(file, { highWaterMark: READ_BYTES });
  stream.on('data', (piece) => hash.update(piece));
  stream.pause();
  try {
    const reader = createByteReader(stream as AsyncIterable<Buffer>);
    const start = (await reader.peek(AGE_FIRST_LINE.length)).toString('latin1');
    if (start !== AGE_FIRST_LINE) throw backupForeign('It does not begin like an age file.');
    const plain = createByteReader(decryptFrom(identities, reader));
    const parts = await readParts(readBlocks(plain, { format: ROW_FILE_FORMAT }), taker);
    return { ...parts, sha256: hash.digest('hex') };
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    throw syscall === undefined ? error : backupUnreadable(file, code ?? '');
  } finally {
    stream.destroy();
  }
}

async function readParts(blocks: AsyncIterable<Block>, taker: RowReader) {
  const lines = splitLines(taker.takeRow ?? (() => undefined));
  const parts = { head: [] as Buffer[], tail: [] as Buffer[] };
  let head: RowFileHead | undefined;
  const beginRows = async () => {
    if (head !== undefined) return;
    head = parse(parts.head) as RowFileHead;
    await taker.takeHead?.(head);
  };
  for await (const { kind, bytes } of blocks) {
    if (kind === 'head' && head === undefined) parts.head.push(bytes);
    else if (kind === 'tail') parts.tail.push(bytes);
    else if (kind !== 'rows' || parts.tail.length > 0) {
      throw backupDamaged('Its parts are not in the order of a file of rows.');
    } else {
      await beginRows();
      lines.add(bytes);
      await taker.takeBytes?.(bytes);
    }
  }
  await beginRows();
  const { rows } = parse(parts.tail) as { rows: number };
  if (rows !== lines.lines || lines.hasRest || head === undefined) {
    throw backupDamaged('It does not hold as many rows as it says.');
  }
  return { head, rows };
}

function parse(parts: readonly Buffer[]): unknown {
  const bytes = Buffer.concat(parts);
  try {
    if (bytes.length <= JSON_BYTES) return JSON.parse(bytes.toString()) as unknown;
  } catch {
    // Told below.
  }
  throw backupDamaged('What it says of itself cannot be read.');
}
