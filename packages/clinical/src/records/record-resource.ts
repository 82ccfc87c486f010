import type { FieldCodec } from '@holovitals/database';
import type { JsonRow } from '../patients/act-audited.ts';
import {
  jsonFinisher,
  jsonReader,
  type JsonFinisher,
  type JsonReader,
} from '../resources/resource-codec.ts';
import { noticesOf } from './label-notices.ts';
import type { RecordKind } from './record-kind.ts';
import { fieldNamesOf } from './record-schemas.ts';

/** A row of the record as callers see it: see `resourceSchemaOf`. */
export type RecordResource = Readonly<Record<string, unknown>>;

const readers = new Map<RecordKind, JsonReader>();
const finishers = new Map<RecordKind, JsonFinisher>();

/** Decrypts and shows rows that a SQL function built as JSON by their columns. */
export async function shownRows(
  codec: FieldCodec,
  kind: RecordKind,
  rows: readonly JsonRow[],
): Promise<RecordResource[]> {
  const opened = await codec.openRows(kind.model, rows);
  return opened.map((row) => shownJson(kind, row));
}

/** The same for one row. */
export async function shownRow(
  codec: FieldCodec,
  kind: RecordKind,
  row: JsonRow,
): Promise<RecordResource> {
  return shownJson(kind, await codec.openRow(kind.model, row));
}

function shownJson(kind: RecordKind, json: JsonRow): RecordResource {
  let read = readers.get(kind);
  if (read === undefined) {
    read = jsonReader(kind.model, fieldNamesOf(kind));
    readers.set(kind, read);
  }
  return withNotices(read(json));
}

/**
 * Decrypts rows that a SQL function built as JSON by the fields of the resource. They become the
 * answer: to build each anew takes longer than all the rest.
 */
export async function finishedRows(
  codec: FieldCodec,
  kind: RecordKind,
  rows: readonly JsonRow[],
): Promise<RecordResource[]> {
  let finish = finishers.get(kind);
  if (finish === undefined) {
    finish = jsonFinisher(kind.model);
    finishers.set(kind, finish);
  }
  const opened = await codec.openRows(kind.model, rows);
  opened.forEach(finish);
  return opened.map(withNotices);
}

function withNotices(resource: RecordResource): RecordResource {
  const notices = noticesOf(resource['securityLabels']);
  return notices.length === 0 ? resource : { ...resource, notices };
}
