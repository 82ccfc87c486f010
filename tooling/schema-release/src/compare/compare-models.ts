import type { ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import { compareFields, type FieldsContext } from './compare-fields.ts';
import { compareKeys } from './compare-keys.ts';
import { compareRelations } from './compare-relations.ts';
import { compareDeprecation, fromTo, noteFor, type Difference, type Note } from './difference.ts';
import { likelyRename, nameLikeness, pairByName } from './pair-by-name.ts';

/** Tells whether the sunset of something deprecated has come in its domain. */
export type PastSunset = (
  domain: string,
  item: Parameters<FieldsContext['isPastSunset']>[0],
) => boolean;

/** Compares the models and views of two schemas. */
export function compareModels(
  before: SchemaManifest,
  after: SchemaManifest,
  isPastSunset: PastSunset,
): Difference[] {
  const differences: Difference[] = [];
  const noteOf = ({ domain, name, source }: ManifestModel): Note =>
    noteFor(differences, { domain, block: name, place: source });
  const { pairs, removed, added } = pairByName(before.models, after.models, {
    nameOf: ({ name }) => name,
    renamedFrom: ({ renamedFrom }) => renamedFrom ?? null,
    storedAs: tableOf,
  });
  for (const model of removed) {
    const likely = likelyRename(model, added, ({ name }) => name, modelLikeness);
    const more = likely === undefined ? {} : { likelyRename: likely };
    if (isPastSunset(model.domain, model)) {
      noteOf(model)('MODEL_REMOVED_AFTER_SUNSET', `${model.name} is removed, as announced.`, more);
    } else noteOf(model)('MODEL_REMOVED', `${model.name} is removed.`, more);
  }
  for (const model of added) noteOf(model)('MODEL_ADDED', `${model.name} is new.`);
  const oldNames = new Map(pairs.map(([older, newer]) => [newer.name, older.name]));
  const modelWas = (name: string) => oldNames.get(name) ?? name;
  for (const [older, newer] of pairs) {
    const note = noteFor(differences, {
      domain: newer.domain,
      block: older.name,
      place: newer.source,
    });
    comparePlacement(older, newer, note);
    compareGuards(older, newer, note);
    compareDeprecation(older.name, older, newer, note);
    if (older.doc !== newer.doc) note('DOC_CHANGED', `The words about ${older.name} changed.`);
    const isView = newer.view === true;
    compareFields(older, newer, {
      note,
      classifications: after.classifications,
      isView,
      isPastSunset: (item) => isPastSunset(newer.domain, item),
    });
    compareRelations(older, newer, { note, before, after, modelWas });
    if (!isView && older.view !== true) compareKeys(older, newer, note);
  }
  return differences;
}

function comparePlacement(older: ManifestModel, newer: ManifestModel, note: Note): void {
  if (older.name !== newer.name) {
    note('MODEL_RENAMED', `${older.name} is now called ${newer.name}.`);
  }
  if (tableOf(older) !== tableOf(newer)) {
    note('TABLE_RENAMED', `The table goes ${fromTo(tableOf(older), tableOf(newer))}.`);
  }
  if (older.view !== newer.view) {
    const kinds = fromTo(older.view ? 'a view' : 'a table', newer.view ? 'a view' : 'a table');
    note('STORED_OTHERWISE', `${older.name} goes ${kinds}.`);
  }
  if (older.ignored !== newer.ignored) {
    if (newer.ignored) note('MODEL_HIDDEN', `The client no longer shows ${older.name}.`);
    else note('MODEL_SHOWN', `The client shows ${older.name}.`);
  }
  if (older.domain !== newer.domain) {
    const message = `${older.name} goes ${fromTo(older.domain, newer.domain)}.`;
    note('MODEL_MOVED_AWAY', message, { domain: older.domain });
    note('MODEL_MOVED_HERE', message);
  }
  if (older.internal !== newer.internal) {
    const [rule, who] = newer.internal
      ? (['MODEL_INTERNAL', 'its own domain alone'] as const)
      : (['MODEL_OPENED', 'every domain'] as const);
    note(rule, `${older.name} is for ${who}.`);
  }
  if (JSON.stringify(older.partitionBy) !== JSON.stringify(newer.partitionBy)) {
    const way = ({ partitionBy }: ManifestModel) => partitionBy?.column ?? null;
    note('PARTITIONING_CHANGED', `It is parted ${fromTo(way(older), way(newer))}.`);
  }
}

function compareGuards(older: ManifestModel, newer: ManifestModel, note: Note): void {
  if (older.immutable !== newer.immutable) {
    const [rule, how] = newer.immutable
      ? (['MODEL_IMMUTABLE', 'may only be added'] as const)
      : (['MODEL_MUTABLE', 'may be changed'] as const);
    note(rule, `Rows of ${older.name} ${how}.`);
  }
  if (older.rowSecurity !== newer.rowSecurity) {
    const [rule, how] = newer.rowSecurity
      ? (['ROW_SECURITY_ADDED', 'guarded one by one'] as const)
      : (['ROW_SECURITY_REMOVED', 'no longer guarded one by one'] as const);
    note(rule, `Rows of ${older.name} are ${how}.`);
  }
  if (older.retention !== newer.retention) {
    note('RETENTION_CHANGED', `Retention goes ${fromTo(older.retention, newer.retention)}.`);
  }
}

/** Name of the table, with PostgreSQL's schema where one is written. */
function tableOf({ schema, table }: ManifestModel): string {
  return schema === undefined ? table : `${schema}.${table}`;
}

/** Likeness of two models, 0 to 1: the share of fields in common weighs most. */
function modelLikeness(before: ManifestModel, after: ManifestModel): number {
  const names = new Set(after.fields.map(({ name, type }) => `${name}:${type}`));
  const common = before.fields.filter(({ name, type }) => names.has(`${name}:${type}`)).length;
  const all = before.fields.length + names.size - common;
  return 0.7 * (all === 0 ? 0 : common / all) + 0.3 * nameLikeness(before.name, after.name);
}
