import { createReadStream } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { copiesMissing, copiesUnwritten } from '../errors.ts';
import { checkpointSchema, type Checkpoint } from './checkpoint.ts';

/** How much of a row's hash its copy holds: enough to name the row that is another. */
const HASH_BYTES = 8;
const ROW_BYTES = 8 + HASH_BYTES;

/** A row of a segment as its copy names it. */
export interface CopiedRow {
  readonly seq: bigint;
  /** The first bytes of its keyed hash, in hex. */
  readonly hash: string;
}

/** A checkpoint as it was copied. */
export interface CopiedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly rows: readonly CopiedRow[];
}

const lineSchema = z.object({
  checkpoint: checkpointSchema,
  /** For each row its number (8 bytes, big-endian) and the first 8 bytes of its hash, in base64. */
  rows: z.base64(),
});

/** The rows of a segment, as they are copied. */
export function packRows(rows: readonly { readonly seq: bigint; readonly hash: Buffer }[]): string {
  const bytes = Buffer.alloc(rows.length * ROW_BYTES);
  rows.forEach(({ seq, hash }, index) => {
    bytes.writeBigInt64BE(seq, index * ROW_BYTES);
    hash.copy(bytes, index * ROW_BYTES + 8, 0, HASH_BYTES);
  });
  return bytes.toString('base64');
}

/** The bytes of a hash that a copy holds, in hex. */
export function copiedHash(hash: Buffer): string {
  return hash.toString('hex', 0, HASH_BYTES);
}

/**
 * Appends checkpoints to this month's file of a folder, and answers when they are on the disk.
 *
 * @returns name of the file
 * @throws CodedError `COMPLIANCE.CHECKPOINT_COPIES_UNWRITTEN`
 */
export async function appendCopies(
  folder: string,
  copies: readonly { readonly checkpoint: Checkpoint; readonly rows: string }[],
): Promise<string> {
  await mkdir(folder, { recursive: true }).catch(() => {
    throw copiesUnwritten();
  });
  const name = `checkpoints-${(copies[0]?.checkpoint.closedAt ?? '').slice(0, 7)}.jsonl`;
  const file = await open(path.join(folder, name), 'a+', 0o600).catch(() => {
    throw copiesUnwritten();
  });
  try {
    const { size } = await file.stat();
    // A line that a crash cut short must not swallow the next.
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const start = size > 0 && last.toString() !== '\n' ? '\n' : '';
    await file.appendFile(`${start}${copies.map((copy) => `${JSON.stringify(copy)}\n`).join('')}`);
    await file.sync();
  } catch {
    throw copiesUnwritten();
  } finally {
    await file.close();
  }
  return name;
}

/**
 * Reads the copies of a folder, a line at a time; null for a line that is none.
 *
 * @throws CodedError `COMPLIANCE.CHECKPOINT_COPIES_MISSING` where the folder cannot be read
 */
export async function* readCopies(folder: string): AsyncGenerator<CopiedCheckpoint | null> {
  const entries = await readdir(folder).catch(() => {
    throw copiesMissing();
  });
  const names = entries.filter((name) => /^checkpoints-.*\.jsonl$/.test(name));
  for (const name of names.sort()) {
    const lines = createInterface({ input: createReadStream(path.join(folder, name)) });
    for await (const line of lines) {
      if (line !== '') yield readLine(line);
    }
  }
}

function readLine(line: string): CopiedCheckpoint | null {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return null;
  }
  const read = lineSchema.safeParse(json);
  if (!read.success) return null;
  const bytes = Buffer.from(read.data.rows, 'base64');
  const rows = Array.from({ length: Math.floor(bytes.length / ROW_BYTES) }, (_, index) => ({
    seq: bytes.readBigInt64BE(index * ROW_BYTES),
    hash: bytes.toString('hex', index * ROW_BYTES + 8, (index + 1) * ROW_BYTES),
  }));
  return { checkpoint: read.data.checkpoint, rows };
}
