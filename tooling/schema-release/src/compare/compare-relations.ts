import type { ManifestModel, ManifestRelation, SchemaManifest } from '@holovitals/schema-composer';
import { fromTo, type Note } from './difference.ts';
import { pairByName } from './pair-by-name.ts';

/** What the comparison of one model's relations needs to know. */
export interface RelationsContext {
  readonly note: Note;
  readonly before: SchemaManifest;
  readonly after: SchemaManifest;
  /** The older name of a model, whatever it is called now. */
  readonly modelWas: (name: string) => string;
}

/** Compares the relation fields of one model, inherited ones for the domain that owns them. */
export function compareRelations(
  before: ManifestModel,
  after: ManifestModel,
  context: RelationsContext,
): void {
  const { note } = context;
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
  for (const [older, newer] of pairs) {
    compareRelation(older, newer, context);
    compareTables([before, older], [after, newer], context);
  }
}

function compareRelation(
  older: ManifestRelation,
  newer: ManifestRelation,
  { note, before, after, modelWas }: RelationsContext,
): void {
  const at = { member: older.name, domain: newer.ownerDomain };
  if (older.name !== newer.name) {
    note('RELATION_RENAMED', `${older.name} is now called ${newer.name}.`, at);
  }
  // Names that only code knows are told where they stand: here it counts where the key leads.
  const isElsewhere =
    older.model !== modelWas(newer.model) ||
    !isSame(referencedColumns(before, older), referencedColumns(after, newer));
  if (isElsewhere) {
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
    // What a relation does by default follows from whether it may be missing, which is told.
    if (older[event] === newer[event]) continue;
    const [was, is] = [actionOf(older, event), actionOf(newer, event)];
    if (was === is) continue;
    const isRefused = REFUSING.includes(is) && !REFUSING.includes(was);
    const rule = isRefused ? 'REFERENTIAL_ACTION_TIGHTENED' : 'REFERENTIAL_ACTION_CHANGED';
    note(rule, `${event} of ${older.name} goes ${fromTo(was, is)}.`, at);
  }
}

/** Actions that refuse to change or delete what rows still lead to. */
const REFUSING: readonly string[] = ['Restrict', 'NoAction'];

/** What happens to the rows, as written or as Prisma has it by default. */
function actionOf(relation: ManifestRelation, event: 'onDelete' | 'onUpdate'): string {
  const written = relation[event];
  if (written !== null) return written;
  if (event === 'onUpdate') return 'Cascade';
  return relation.optional ? 'SetNull' : 'Restrict';
}

function referencedColumns(
  schema: SchemaManifest,
  { model, references }: ManifestRelation,
): string[] {
  const fields = schema.models.find(({ name }) => name === model)?.fields ?? [];
  return references.map((name) => fields.find((each) => each.name === name)?.column ?? name);
}

type End = readonly [model: ManifestModel, relation: ManifestRelation];

/** Many to many without a model between: Prisma's own table, told once for its two ends. */
function compareTables(older: End, newer: End, { note, before, after }: RelationsContext): void {
  const [was, is] = [joinTable(before, older), joinTable(after, newer)];
  if (was === undefined || is === undefined || was.name === is.name || !was.isFirst) return;
  note('JOIN_TABLE_RENAMED', `The table between goes ${fromTo(was.name, is.name)}.`, {
    member: older[1].name,
    domain: newer[1].ownerDomain,
  });
}

/** The table that Prisma keeps for a relation of many to many; undefined for any other. */
function joinTable(schema: SchemaManifest, [model, relation]: End) {
  if (!relation.list || relation.fields.length > 0) return undefined;
  const other = schema.models.find(({ name }) => name === relation.model);
  const back = other?.relations.find(
    (each) =>
      each.model === model.name &&
      each.relationName === relation.relationName &&
      !(other.name === model.name && each.name === relation.name),
  );
  if (other === undefined || back?.list !== true) return undefined;
  const ends = [model.name, other.name].sort();
  return {
    name: `_${relation.relationName ?? ends.join('To')}`,
    isFirst: model.name === other.name ? relation.name < back.name : model.name === ends[0],
  };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}
