import type pg from 'pg';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import { readWrittenSince } from './object-catalog.ts';
import { recordHash, recordMade } from './object-record.ts';
import type { SqlObject } from './sql-object.ts';

/** A server's refusal of a file of objects; its cause is the server's error. */
export class ObjectRefused extends Error {
  readonly object: SqlObject;

  constructor(object: SqlObject, cause: unknown) {
    super(`${object.file} was refused`, { cause });
    this.object = object;
  }
}

/**
 * Applies one file in the open transaction and records what it made. The savepoint gives the file a
 * transaction number of its own, which the record takes first: what the catalog has from this number
 * on is what the file made, whatever its statements look like.
 *
 * @throws ObjectRefused
 */
export async function applyObject(client: pg.Client, object: SqlObject): Promise<void> {
  try {
    await client.query('savepoint object');
    const number = await recordHash(client, object);
    await client.query(withoutByteOrderMark(object.sql));
    await client.query('reset search_path');
    await recordMade(client, object, await readWrittenSince(client, number));
    await client.query('release savepoint object');
  } catch (error) {
    throw new ObjectRefused(object, error);
  }
}
