import { cursorInvalid } from '../errors.ts';

/** Where a page ended: the last row's place in the order, newest first. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

/** Writes a cursor as the opaque text that callers send back. */
function writeCursor({ at, id }: Cursor): string {
  return Buffer.from(`${at.toISOString()} ${id}`).toString('base64url');
}

/**
 * Reads a cursor.
 *
 * @throws CodedError `CLINICAL.CURSOR_INVALID`
 */
export function readCursor(text: string): Cursor {
  const [, at = '', id = ''] =
    /^([0-9T:.+-]{20,30}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
      Buffer.from(text, 'base64url').toString('latin1'),
    ) ?? [];
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) throw cursorInvalid();
  return { at: date, id };
}

/** A page of a list that a cursor goes through. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Pass it as `after` to read on; null on the last page. */
  readonly next: string | null;
}

/** Makes a page of at most `limit` rows out of `limit + 1`. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => Cursor,
  show: (row: Row) => Item,
): Page<Item> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(show),
    next: last === undefined ? null : writeCursor(cursorOf(last)),
  };
}
