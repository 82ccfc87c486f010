import type { ManifestModel, ManifestRelation } from '@holovitals/schema-composer';
import { fromTo, type Note } from './difference.ts';
import { pairByName } from './pair-by-name.ts';

/** Compares the relation fields of one model, inherited ones for the domain that owns them. */
export function compareRelations(before: ManifestModel, after: ManifestModel, note: Note): void {
  const { pairs, removed, added } = pairByName(before.relations, after.relations, {
    nameOf: ({ name }) => name,
    renamedFrom: ({ renamedFrom }) => renamedFrom ?? null,
    storedAs: ({ constraint }) => constraint,
  });
  const oldColumns = new Set(before.fields.map(({ column }) => column));
  for (const relation of removed) {
    note('RELATION_REMOVED', `${relation.name}, which led to ${relation.model}, is removed.`, {
      member: relation.name,
      domain: relation.ownerDomain,
    });
  }
  for (const relation of added) {
    const at = { member: relation.name, domain: relation.ownerDomain };
    note('RELATION_ADDED', `${relation.name} leads to ${relation.model}.`, at);
    const { columns } = relation;
    if (columns.length > 0 && columns.every((column) => oldColumns.has(column))) {
      const message = `Values of ${columns.join(', ')} must be those of a ${relation.model}.`;
      note('FOREIGN_KEY_ADDED', message, at);
    }
  }
  for (const [older, newer] of pairs) compareRelation(older, newer, note);
}

function compareRelation(older: ManifestRelation, newer: ManifestRelation, note: Note): void {
  const at = { member: older.name, domain: newer.ownerDomain };
  if (older.name !== newer.name) {
    note('RELATION_RENAMED', `${older.name} is now called ${newer.name}.`, at);
  }
  if (older.model !== newer.model || !isSame(older.references, newer.references)) {
    const target = ({ model, references }: ManifestRelation) => [model, ...references].join('.');
    const message = `${older.name} goes ${fromTo(target(older), target(newer))}.`;
    note('RELATION_TARGET_CHANGED', message, at);
  } else if (!isSame(older.columns, newer.columns)) {
    const columns = fromTo(older.columns.join(', '), newer.columns.join(', '));
    note('RELATION_TARGET_CHANGED', `${older.name} goes ${columns}.`, at);
  }
  // On the side of the key, a field says by itself whether it may be missing.
  const mayBeMissing = older.fields.length === 0 && older.optional !== newer.optional;
  if (older.list !== newer.list || mayBeMissing) {
    const now = newer.list ? 'many' : newer.optional ? 'one or none' : 'one';
    note('RELATION_CARDINALITY_CHANGED', `${older.name} leads to ${now}.`, at);
  }
  for (const event of ['onDelete', 'onUpdate'] as const) {
    if (older[event] === newer[event]) continue;
    const message = `${event} of ${older.name} goes ${fromTo(older[event], newer[event])}.`;
    note('REFERENTIAL_ACTION_CHANGED', message, at);
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}
