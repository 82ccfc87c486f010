import { createHash } from 'node:crypto';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type pg from 'pg';
import { encryptTo } from '../backup/age-stream.ts';
import { beginBlocks } from '../backup/block-writer.ts';
import { openFileSink, type ByteSink } from '../backup/byte-sink.ts';
import { copyOut } from '../backup/copy-out.ts';
import { COPY_SETTINGS } from '../backup/copy-rows.ts';
import { inTransaction, withConnection } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { recipientsMissing, rowsUnwritten } from '../errors.ts';
import {
  ROW_FILE_FIRST_LINE,
  type RowFileHead,
  type RowOrder,
  type TakeRow,
  type WrittenRows,
} from './row-file.ts';
import { splitLines } from './split-lines.ts';

/**
 * Writes the rows of a query, as of one moment, to a new file that is encrypted for its recipients.
 * The file has its name only once it is whole and on the disk.
 *
 * @param takeRow sees each row on its way
 * @throws CodedError `MIGRATOR.RECIPIENTS_MISSING`, `MIGRATOR.BACKUP_EXISTS`,
 * `MIGRATOR.BACKUP_UNWRITABLE`, `MIGRATOR.ROWS_UNWRITTEN`
 */
export async function writeRows(
  url: string,
  file: string,
  order: RowOrder,
  takeRow: TakeRow,
): Promise<WrittenRows> {
  if (order.recipients.length === 0) throw recipientsMissing();
  return withConnection(url, async (client) => {
    await client.query(COPY_SETTINGS);
    const identity = await generateX25519Identity();
    const recipients = [...order.recipients, await identityToRecipient(identity)];
    const sink = measured(await openFileSink(file));
    try {
      const rows = await copyInto(client, await encryptTo(recipients, sink), order, takeRow);
      return { ...{ rows, identity, bytes: sink.bytes }, sha256: sink.sha256() };
    } catch (error) {
      await sink.abort();
      throw isDatabaseError(error) ? rowsUnwritten(file, describeDatabaseError(error)) : error;
    }
  });
}

async function copyInto(
  client: pg.Client,
  sink: ByteSink,
  { query, columns, about }: RowOrder,
  takeRow: TakeRow,
): Promise<number> {
  const head: RowFileHead = { createdAt: new Date().toISOString(), columns, about };
  const blocks = await beginBlocks(sink, ROW_FILE_FIRST_LINE);
  await blocks.write('head', 0, Buffer.from(JSON.stringify(head)));
  const lines = splitLines(takeRow);
  await inTransaction(client, async () => {
    await client.query('set transaction isolation level repeatable read, read only');
    for await (const piece of copyOut(client, `copy (${query}) to stdout`)) {
      lines.add(piece);
      await blocks.write('rows', 0, piece);
    }
  });
  await blocks.write('tail', 0, Buffer.from(JSON.stringify({ rows: lines.lines })));
  await blocks.end();
  return lines.lines;
}

function measured(sink: ByteSink): ByteSink & { readonly bytes: number; sha256(): string } {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    async write(piece) {
      hash.update(piece);
      bytes += piece.length;
      await sink.write(piece);
    },
    end: () => sink.end(),
    abort: () => sink.abort(),
    sha256: () => hash.digest('hex'),
    get bytes() {
      return bytes;
    },
  };
}
