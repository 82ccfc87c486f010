import type { ManifestIndex, ManifestModel, SqlConstraint } from '@holovitals/schema-composer';
import type { RuleCode } from '../rules.ts';
import { squeeze, type Note } from './difference.ts';

/** Compares the keys, indexes, checks and exclusions of one table. */
export function compareKeys(before: ManifestModel, after: ManifestModel, note: Note): void {
  const primary = (model: ManifestModel) => columnsOf(before, model, model.primaryKey.columns);
  if (primary(before) !== primary(after)) {
    const fields = after.primaryKey.fields.join(', ');
    note('PRIMARY_KEY_CHANGED', `Rows are found by ${fields === '' ? 'nothing' : fields}.`);
  }
  const ids = [before, after].map(({ indexes }) => indexes.find(({ kind }) => kind === 'id'));
  if (primary(before) === primary(after)) compareNames(ids[0], ids[1], note);
  compareIndexes(before, after, note);
  compareConstraints(before, after, note, 'checks', {
    added: 'CHECK_ADDED',
    changed: 'CHECK_CHANGED',
    removed: 'CHECK_REMOVED',
  });
  compareConstraints(before, after, note, 'excludes', {
    added: 'EXCLUSION_ADDED',
    changed: 'EXCLUSION_CHANGED',
    removed: 'EXCLUSION_REMOVED',
  });
  compareConstraints(before, after, note, 'sqlIndexes', {
    added: 'INDEX_ADDED',
    changed: 'INDEX_ADDED',
    removed: 'INDEX_REMOVED',
  });
}

function compareIndexes(before: ManifestModel, after: ManifestModel, note: Note): void {
  const [older, newer] = [before, after].map(
    (model) =>
      new Map(
        model.indexes
          .filter(({ kind }) => kind !== 'id')
          .map((index) => [identityOf(before, model, index), index]),
      ),
  );
  if (older === undefined || newer === undefined) return;
  for (const [identity, index] of older) {
    if (newer.has(identity)) continue;
    const fields = index.fields.join(', ');
    if (index.kind === 'index') note('INDEX_REMOVED', `The index over ${fields} is removed.`);
    else if (index.where === null) {
      note('UNIQUE_REMOVED', `${fields} may hold the same values twice.`);
    } else {
      note(
        'PARTIAL_UNIQUE_REMOVED',
        `${fields} may hold the same values twice where ${index.where}.`,
      );
    }
  }
  for (const [identity, index] of newer) {
    const old = older.get(identity);
    if (old !== undefined) {
      compareNames(old, index, note);
      continue;
    }
    const fields = index.fields.join(', ');
    if (index.kind === 'index') note('INDEX_ADDED', `${fields} is indexed.`);
    else if (namesOldColumn(before, index.columns)) {
      const where = index.where === null ? '' : ` where ${index.where}`;
      note('UNIQUE_ADDED', `${fields} may no longer hold the same values twice${where}.`);
    } else note('INDEX_ADDED', `The new ${fields} is unique.`);
  }
}

/** What the client calls an index that stays, and how it is ordered. Its own name only the database knows. */
function compareNames(
  older: ManifestIndex | undefined,
  newer: ManifestIndex | undefined,
  note: Note,
): void {
  if (older === undefined || newer === undefined) return;
  const isSelector = older.kind !== 'index' && older.where === null && older.fields.length > 1;
  const [was, is] = [older, newer].map((each) => each.clientName ?? each.fields.join('_'));
  // Where a field of it is renamed, that is told.
  if (isSelector && was !== is && older.fields.join() === newer.fields.join()) {
    note('SELECTOR_RENAMED', `Rows are found by ${is}, and no longer by ${was}.`);
  }
  if (older.order !== newer.order) {
    note('INDEX_CHANGED', `${newer.name} is ordered otherwise.`);
  }
}

/** What makes an index the same: its kind, its columns, its method and its condition, not its name. */
function identityOf(before: ManifestModel, model: ManifestModel, index: ManifestIndex): string {
  const columns = columnsOf(before, model, index.columns);
  return [index.kind, columns, index.type ?? 'BTree', squeeze(index.where) ?? ''].join('|');
}

/** Columns by the names they had, so that a rename is told once. */
function columnsOf(
  before: ManifestModel,
  model: ManifestModel,
  columns: readonly string[],
): string {
  if (model === before) return columns.join(',');
  return columns
    .map((column) => {
      const old = model.fields.find((field) => field.column === column)?.renamedFrom;
      return before.fields.find(({ name }) => name === old)?.column ?? column;
    })
    .join(',');
}

function namesOldColumn(before: ManifestModel, columns: readonly string[]): boolean {
  return columns.every((column) => before.fields.some((field) => field.column === column));
}

function compareConstraints(
  before: ManifestModel,
  after: ManifestModel,
  note: Note,
  list: 'checks' | 'excludes' | 'sqlIndexes',
  rules: { readonly added: RuleCode; readonly changed: RuleCode; readonly removed: RuleCode },
): void {
  const older = new Map(before[list].map((each) => [each.name, each]));
  const newer = new Map(after[list].map((each) => [each.name, each]));
  for (const { name } of older.values()) {
    if (!newer.has(name)) note(rules.removed, `${name} is removed.`);
  }
  for (const constraint of newer.values()) {
    const { name, sql, source } = constraint;
    const old = older.get(name);
    if (old !== undefined) {
      if (squeeze(old.sql) !== squeeze(sql)) {
        note(rules.changed, `${name} is another condition.`, { place: source });
      }
    } else if (list === 'sqlIndexes' || concernsOld(before, constraint)) {
      note(rules.added, `${name} is new.`, { place: source });
    }
  }
}

/** A condition on new columns alone is part of their being new. */
function concernsOld(before: ManifestModel, { sql }: SqlConstraint): boolean {
  const words = new Set(sql.match(/[A-Za-z_]\w*/g)?.map((word) => word.toLowerCase()));
  return before.fields.some(({ column }) => words.has(column.toLowerCase()));
}
