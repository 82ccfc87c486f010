import type pg from 'pg';
import { inTransaction } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { backupDamaged, restoreFailed } from '../errors.ts';

/** A piece of a large object, as COPY's text format writes it: OID, its place in bytes, its bytes. */
const PIECE = /^(\d+)\t(\d+)\t\\\\x((?:[0-9a-f]{2})*)$/;

/** Makes large objects under their numbers, and writes their pieces. */
export async function loadLargeObjects(
  client: pg.Client,
  pieces: AsyncIterable<Buffer>,
): Promise<void> {
  await inTransaction(client, async () => {
    for await (const line of linesOf(pieces)) {
      const [, oid, start, hex = ''] = PIECE.exec(line) ?? [];
      if (oid === undefined) throw backupDamaged('A large object in it has no form of one.');
      if (start === '0') await client.query('select lo_create($1)', [oid]);
      if (hex === '') continue;
      await client.query('select lo_put($1, $2, $3)', [oid, start, Buffer.from(hex, 'hex')]);
    }
  }).catch((error: unknown) => {
    if (!isDatabaseError(error)) throw error;
    throw restoreFailed(`Large objects: ${describeDatabaseError(error)}`);
  });
}

async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, from)) {
      yield Buffer.concat([...begun, piece.subarray(from, end)]).toString('latin1');
      [begun, from] = [[], end + 1];
    }
    begun.push(piece.subarray(from));
  }
}
