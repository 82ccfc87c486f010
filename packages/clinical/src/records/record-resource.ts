import { jsonReader, type JsonReader } from '../resources/resource-codec.ts';
import type { RecordKind } from './record-kind.ts';
import { fieldNamesOf } from './record-schemas.ts';

/** A row of the record as callers see it: see `resourceSchemaOf`. */
export type RecordResource = Readonly<Record<string, unknown>>;

const readers = new Map<RecordKind, JsonReader>();

/** Shows a row that a SQL function built as JSON by its columns. */
export function shownJson(
  kind: RecordKind,
  json: Readonly<Record<string, unknown>>,
): RecordResource {
  let read = readers.get(kind);
  if (read === undefined) {
    read = jsonReader(kind.model, fieldNamesOf(kind));
    readers.set(kind, read);
  }
  return read(json);
}
