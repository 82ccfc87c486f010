import type { ManifestModel } from '@holovitals/schema-composer';
import { classificationUnknown } from './errors.ts';
import type { MigrationEntry } from './history/read-history.ts';
import type { Atlas } from './read-atlas.ts';

/**
 * An atlas without the fields of a classification, and without the indexes, constraints, relations and
 * history that would name their columns.
 *
 * @throws CodedError `ATLAS.CLASSIFICATION_UNKNOWN`
 */
export function leaveOut(atlas: Atlas, classification: string): Atlas {
  const { manifest } = atlas;
  const known = Object.keys(manifest.classifications);
  if (!known.includes(classification)) throw classificationUnknown(classification, known);
  const columns = manifest.models.flatMap(({ table, fields }) =>
    fields
      .filter((field) => field.classification === classification)
      .map(({ column }) => keyOf(table, column)),
  );
  const models = manifest.models.map((model) => modelWithout(model, classification));
  return {
    ...atlas,
    manifest: { ...manifest, models },
    migrations: historyWithout(atlas.migrations, new Set(columns)),
  };
}

function modelWithout(model: ManifestModel, classification: string): ManifestModel {
  const left = model.fields.filter((field) => field.classification === classification);
  if (left.length === 0) return model;
  const fields = new Set(left.map(({ name }) => name));
  const columns = new Set(left.map(({ column }) => column));
  const isKept = (part: { readonly fields: readonly string[] }) =>
    !part.fields.some((field) => fields.has(field));
  const names = (sql: string) =>
    (sql.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []).some((word) => columns.has(word));
  const withoutNaming = <Of extends { readonly sql: string }>(all: readonly Of[]) =>
    all.filter(({ sql }) => !names(sql));
  return {
    ...model,
    fields: model.fields
      .filter((field) => !left.includes(field))
      .map((field) => ({
        ...field,
        blindIndex: fields.has(field.blindIndex ?? '') ? null : field.blindIndex,
      })),
    relations: model.relations.filter(isKept),
    indexes: model.indexes.filter((index) => isKept(index) && !names(index.where ?? '')),
    checks: withoutNaming(model.checks),
    excludes: withoutNaming(model.excludes),
    sqlIndexes: withoutNaming(model.sqlIndexes),
  };
}

/** From the newest back, so that a column is known by each name that it had. */
function historyWithout(
  migrations: readonly MigrationEntry[],
  columns: ReadonlySet<string>,
): MigrationEntry[] {
  let left = columns;
  const withoutLeft = (entry: MigrationEntry): MigrationEntry => ({
    ...entry,
    events: entry.events
      .toReversed()
      .filter(({ name, part, from }) => {
        if (part === null && from !== undefined) {
          const moved = [...left]
            .filter((key) => key.startsWith(keyOf(name, '')))
            .map((key) => keyOf(from, key.slice(name.length + 1)));
          left = new Set([...left, ...moved]);
        }
        if (part === null || !left.has(keyOf(name, part))) return true;
        if (from !== undefined) left = new Set([...left, keyOf(name, from)]);
        return false;
      })
      .toReversed(),
  });
  return migrations.toReversed().map(withoutLeft).toReversed();
}

/** Of a column; a name of PostgreSQL may hold any sign but NUL. */
function keyOf(table: string, column: string): string {
  return `${table}\0${column}`;
}
