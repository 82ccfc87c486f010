import type { ManifestField, ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import { compareDatabaseTypes } from './database-type.ts';
import { compareDeprecation, fromTo, squeeze, type Note } from './difference.ts';
import { likelyRename, nameLikeness, pairByName } from './pair-by-name.ts';

/** What the comparison of one model's fields needs to know. */
export interface FieldsContext {
  readonly note: Note;
  readonly classifications: SchemaManifest['classifications'];
  /** A view has no rows of its own: nothing is ever inserted. */
  readonly isView: boolean;
  /** Tells whether the sunset of something deprecated has come. */
  readonly isPastSunset: (item: Pick<ManifestField, 'deprecated'>) => boolean;
}

/** Compares the scalar fields of one model. */
export function compareFields(
  before: ManifestModel,
  after: ManifestModel,
  context: FieldsContext,
): void {
  const { note, isView } = context;
  const { pairs, removed, added } = pairByName(before.fields, after.fields, {
    nameOf: ({ name }) => name,
    renamedFrom: ({ renamedFrom }) => renamedFrom ?? null,
    storedAs: ({ column }) => column,
  });
  for (const field of removed) {
    const likely = likelyRename(field, added, ({ name }) => name, fieldLikeness);
    noteRemoved(field, context, likely === undefined ? {} : { likelyRename: likely });
  }
  for (const field of added) {
    const [rule, message] =
      isView || !needsColumn(field)
        ? (['FIELD_ADDED', `${field.name} is new.`] as const)
        : needsValue(field)
          ? ([
              'REQUIRED_FIELD_ADDED',
              `${field.name} is new, required, and has no default.`,
            ] as const)
          : ([
              'CLIENT_DEFAULT_FIELD_ADDED',
              `${field.name} is new and required, and only the client gives it a value.`,
            ] as const);
    note(rule, message, { member: field.name, place: field.source });
  }
  for (const [older, newer] of pairs) comparePair(older, newer, context);
}

function noteRemoved(
  field: ManifestField,
  { note, isPastSunset, isView }: FieldsContext,
  more: Parameters<Note>[2],
): void {
  const at = { member: field.name, place: field.source, ...more };
  if (!isView && needsColumn(field)) {
    note(
      'REQUIRED_FIELD_REMOVED',
      `${field.name} is removed; it was required, so that it should become optional a release before.`,
      at,
    );
  } else if (isPastSunset(field)) {
    note('FIELD_REMOVED_AFTER_SUNSET', `${field.name} is removed, as announced.`, at);
  } else note('FIELD_REMOVED', `${field.name} is removed.`, at);
}

function comparePair(older: ManifestField, newer: ManifestField, context: FieldsContext): void {
  const { note } = context;
  const at = { member: older.name, place: newer.source };
  if (older.name !== newer.name) {
    note('FIELD_RENAMED', `${older.name} is now called ${newer.name}.`, at);
  }
  if (older.column !== newer.column) {
    note('COLUMN_RENAMED', `The column goes ${fromTo(older.column, newer.column)}.`, at);
  }
  if (older.ignored !== newer.ignored) {
    if (newer.ignored) note('FIELD_HIDDEN', `The client no longer shows ${older.name}.`, at);
    else note('FIELD_SHOWN', `The client shows ${older.name}.`, at);
  }
  compareTypes(older, newer, note, at);
  compareValues(older, newer, note, at);
  compareProtection(older, newer, context, at);
  compareWords(older, newer, note, at);
}

type At = NonNullable<Parameters<Note>[2]>;

function compareTypes(older: ManifestField, newer: ManifestField, note: Note, at: At): void {
  if (older.list !== newer.list) {
    const shape = newer.list ? 'a list' : 'one value';
    note('FIELD_LIST_CHANGED', `${older.name} becomes ${shape}.`, at);
    return;
  }
  if (older.type !== newer.type && (older.kind !== 'enum' || newer.kind !== 'enum')) {
    note('FIELD_TYPE_CHANGED', `${older.name} goes ${fromTo(older.type, newer.type)}.`, at);
    return;
  }
  if (older.kind === 'enum' && newer.kind === 'enum') {
    // One enum under another name is told where the enum is.
    if (older.databaseType !== newer.databaseType && older.type !== newer.type) {
      note('FIELD_TYPE_CHANGED', `${older.name} goes ${fromTo(older.type, newer.type)}.`, at);
    }
    return;
  }
  const change = compareDatabaseTypes(older.databaseType, newer.databaseType);
  if (change === 'same') return;
  const rule = {
    wider: 'DATABASE_TYPE_WIDENED',
    narrower: 'DATABASE_TYPE_NARROWED',
    other: 'DATABASE_TYPE_CHANGED',
  } as const;
  const types = fromTo(older.databaseType, newer.databaseType);
  note(rule[change], `The column of ${older.name} goes ${types}.`, at);
}

function compareValues(older: ManifestField, newer: ManifestField, note: Note, at: At): void {
  const [was, is] = [squeeze(older.generated), squeeze(newer.generated)];
  if (was !== is) {
    if (was === null) note('FIELD_GENERATED', `The database computes ${older.name} now.`, at);
    else if (is === null) {
      note('FIELD_NOT_GENERATED', `The database no longer computes ${older.name}.`, at);
    } else note('GENERATED_CHANGED', `${older.name} is computed by another expression.`, at);
    return;
  }
  if (!older.optional && newer.optional) {
    note('FIELD_OPTIONAL', `${older.name} may be null.`, at);
  }
  if (older.optional && !newer.optional) {
    note('FIELD_REQUIRED', `${older.name} may no longer be null.`, at);
  }
  compareDefaults(older, newer, note, at);
}

function compareDefaults(older: ManifestField, newer: ManifestField, note: Note, at: At): void {
  const [was, is] = [valueWhenLeftOut(older), valueWhenLeftOut(newer)];
  if (was === is) return;
  if (was === null) note('DEFAULT_ADDED', `${older.name} has a default.`, at);
  else if (is !== null) {
    const message = `The default goes ${fromTo(was, is)}.`;
    const [had, has] = [hasDatabaseDefault(older), hasDatabaseDefault(newer)];
    if (had && !has) note('DEFAULT_LEAVES_DATABASE', message, at);
    else if (!had && has) note('DEFAULT_ENTERS_DATABASE', message, at);
    else note('DEFAULT_CHANGED', message, at);
  }
  // Where null may stand, it stands in for the default.
  else if (newer.optional || newer.list) {
    note('DEFAULT_CHANGED', `${older.name} has no default, and may be null.`, at);
  } else note('DEFAULT_REMOVED', `${older.name} has no default.`, at);
}

function compareProtection(
  older: ManifestField,
  newer: ManifestField,
  { note, classifications }: FieldsContext,
  at: At,
): void {
  if (older.encrypted !== newer.encrypted) {
    const [rule, how] = newer.encrypted
      ? (['FIELD_ENCRYPTED', 'encrypted'] as const)
      : (['FIELD_DECRYPTED', 'in the clear'] as const);
    note(rule, `${older.name} is stored ${how}.`, at);
  }
  if (older.blindIndex === null && newer.blindIndex !== null) {
    note('BLIND_INDEX_ADDED', `${older.name} can be searched for equality.`, at);
  }
  if (older.blindIndex !== null && newer.blindIndex === null) {
    note('BLIND_INDEX_REMOVED', `${older.name} can no longer be searched.`, at);
  }
  if (older.classification === newer.classification) return;
  const rank = ({ classification }: ManifestField) => classifications[classification]?.rank ?? 0;
  note(
    rank(newer) < rank(older) ? 'CLASSIFICATION_LOWERED' : 'CLASSIFICATION_RAISED',
    `${older.name} goes from @${older.classification} to @${newer.classification}.`,
    at,
  );
}

function compareWords(older: ManifestField, newer: ManifestField, note: Note, at: At): void {
  compareDeprecation(older.name, older, newer, note, at);
  if (JSON.stringify(older.softref) !== JSON.stringify(newer.softref)) {
    note('SOFTREF_CHANGED', `Where ${older.name} leads is told differently.`, at);
  }
  if (older.doc !== newer.doc) {
    note('DOC_CHANGED', `The words about ${older.name} changed.`, at);
  }
}

/** The client makes these by itself; the database has no default for them. */
const CLIENT_DEFAULT = /^(?:uuid|cuid|nanoid|ulid)\(/;

function hasDatabaseDefault(field: ManifestField): boolean {
  return (
    field.generated !== null || (field.default !== null && !CLIENT_DEFAULT.test(field.default))
  );
}

/** An insert that leaves the column out is refused. */
function needsColumn(field: ManifestField): boolean {
  return !field.optional && !field.list && !hasDatabaseDefault(field);
}

/** Code that creates a row has to name the field. */
function needsValue(field: ManifestField): boolean {
  return needsColumn(field) && field.default === null && !field.updatedAt;
}

function valueWhenLeftOut(field: ManifestField): string | null {
  return field.default ?? (field.updatedAt ? 'now, at each update' : null);
}

/** Likeness of two fields, 0 to 1: what they hold weighs half, their names the rest. */
function fieldLikeness(before: ManifestField, after: ManifestField): number {
  if (before.type !== after.type || before.list !== after.list) return 0;
  const alike = [
    before.databaseType === after.databaseType,
    before.optional === after.optional,
    before.classification === after.classification,
    before.default === after.default,
  ].filter(Boolean).length;
  return 0.3 + 0.05 * alike + 0.5 * nameLikeness(before.name, after.name);
}
