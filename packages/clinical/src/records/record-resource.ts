import { toResourceFromJson } from '../resources/resource-codec.ts';
import type { RecordKind } from './record-kind.ts';
import { fieldNamesOf } from './record-schemas.ts';

/** A row of the record as callers see it: see `resourceSchemaOf`. */
export type RecordResource = Readonly<Record<string, unknown>>;

/** Shows a row that a SQL function built as JSON by its columns. */
export function shownJson(
  kind: RecordKind,
  json: Readonly<Record<string, unknown>>,
): RecordResource {
  const resource = toResourceFromJson(kind.model, json);
  const shown: Record<string, unknown> = {};
  for (const name of fieldNamesOf(kind)) if (name in resource) shown[name] = resource[name];
  return shown;
}
