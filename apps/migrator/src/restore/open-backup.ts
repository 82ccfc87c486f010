import { createReadStream } from 'node:fs';
import { decryptFrom, AGE_FIRST_LINE } from '../backup/age-stream.ts';
import {
  FIRST_LINE,
  type BackupHead,
  type BackupSchema,
  type BackupTail,
} from '../backup/backup-format.ts';
import { readBlocks, type Block, type ReadOptions } from '../backup/block-reader.ts';
import { createByteReader } from '../backup/byte-reader.ts';
import { backupDamaged, backupForeign, backupUnreadable } from '../errors.ts';

/** Most bytes of JSON that a part of a backup may be: a hundred thousand tables. */
const JSON_BYTES = 256 << 20;

/** A backup that is being read, from its first byte to its last. */
export interface OpenBackup {
  readonly encrypted: boolean;
  readonly head: BackupHead;
  readonly schema: BackupSchema;
  /** Rows in the order of the tables; a table without rows does not come up. */
  rows(): AsyncGenerator<Pick<Block, 'number' | 'bytes' | 'rawBytes'>>;
  /** After the rows: reads to the end, and proves that nothing is missing. */
  tail(): Promise<BackupTail>;
}

/**
 * Opens a backup and reads the parts before its rows.
 *
 * @throws CodedError `MIGRATOR.BACKUP_FOREIGN`, `MIGRATOR.BACKUP_NEWER`, `MIGRATOR.BACKUP_LOCKED`,
 * `MIGRATOR.BACKUP_DAMAGED`, `MIGRATOR.BACKUP_UNREADABLE`
 */
export async function withBackup<T>(
  file: string,
  identities: readonly string[],
  work: (backup: OpenBackup) => Promise<T>,
  options: ReadOptions = {},
): Promise<T> {
  const stream = createReadStream(file, { highWaterMark: 1 << 20 });
  try {
    const reader = createByteReader(stream as AsyncIterable<Buffer>);
    const start = (await reader.peek(AGE_FIRST_LINE.length)).toString('latin1');
    const encrypted = start === AGE_FIRST_LINE;
    if (!encrypted && !FIRST_LINE.startsWith(start.slice(0, 9))) {
      throw backupForeign('It begins neither like an age file nor like a backup.');
    }
    const inner = encrypted ? createByteReader(decryptFrom(identities, reader)) : reader;
    return await work(await readParts(readBlocks(inner, options), encrypted));
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    throw syscall === undefined ? error : backupUnreadable(file, code ?? '');
  } finally {
    stream.destroy();
  }
}

async function readParts(blocks: AsyncGenerator<Block>, encrypted: boolean): Promise<OpenBackup> {
  let next = await blocks.next();
  const advance = async () => (next = await blocks.next());
  const readJson = async (kind: Block['kind']): Promise<unknown> => {
    const parts: Buffer[] = [];
    for (let bytes = 0; next.done !== true && next.value.kind === kind; await advance()) {
      bytes += next.value.bytes.length;
      if (bytes > JSON_BYTES) throw backupDamaged('A part of it is larger than any could be.');
      parts.push(next.value.bytes);
    }
    try {
      return JSON.parse(Buffer.concat(parts).toString()) as unknown;
    } catch {
      throw backupDamaged(`Its ${kind} cannot be read.`);
    }
  };
  const head = (await readJson('head')) as BackupHead;
  const schema = (await readJson('schema')) as BackupSchema;
  return {
    ...{ encrypted, head, schema },
    async *rows() {
      for (let last = -1; next.done !== true && next.value.kind === 'rows'; await advance()) {
        const { number, bytes, rawBytes } = next.value;
        if (number < last || number >= head.tables.length) {
          throw backupDamaged('Its rows are of tables that it does not have.');
        }
        last = number;
        yield { number, bytes, rawBytes };
      }
    },
    async tail() {
      const tail = (await readJson('tail')) as BackupTail;
      if (next.done !== true) throw backupDamaged('Something follows its end.');
      if (tail.counts.length !== head.tables.length) {
        throw backupDamaged('Its end is that of another backup.');
      }
      return tail;
    },
  };
}
