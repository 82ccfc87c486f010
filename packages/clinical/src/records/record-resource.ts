import type { WrittenRow } from '../patients/chart.ts';
import { toResource, toResourceFromJson } from '../resources/resource-codec.ts';
import type { RecordKind } from './record-kind.ts';
import { fieldNamesOf } from './record-schemas.ts';
import type { RecordRow } from './record.store.ts';

/** A row of the record as callers see it: see `resourceSchemaOf`. */
export type RecordResource = Readonly<Record<string, unknown>>;

/** Shows a row, or as much of it as was read. */
export function shownRecord(kind: RecordKind, row: RecordRow): RecordResource {
  return chosen(kind, toResource(kind.model, row));
}

/** Shows a row that a SQL function built as JSON by its columns. */
export function shownJson(
  kind: RecordKind,
  json: Readonly<Record<string, unknown>>,
): RecordResource {
  return chosen(kind, toResourceFromJson(kind.model, json));
}

function chosen(kind: RecordKind, resource: RecordResource): RecordResource {
  const shown: Record<string, unknown> = {};
  for (const name of fieldNamesOf(kind)) if (name in resource) shown[name] = resource[name];
  return shown;
}

/** What the policy must know of a row that is to be written. */
export function writtenRow(input: Readonly<Record<string, unknown>>): WrittenRow {
  const { source, securityLabels, confidentiality } = input as WrittenRow;
  return { source, securityLabels, confidentiality };
}
