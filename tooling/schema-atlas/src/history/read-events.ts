import type { Node } from '@pgsql/types';

/** What a statement did to a table, a column or an enum. */
export interface SchemaEvent {
  readonly kind: 'added' | 'changed' | 'removed' | 'renamed';
  /** Table or enum, as the database names it. */
  readonly name: string;
  /** Column or value; null for the whole. */
  readonly part: string | null;
  /** The name before, of what was renamed. */
  readonly from?: string;
}

/** What the statements of a migration did, in their order; null where they do not parse. */
export async function readEvents(sql: string): Promise<SchemaEvent[] | null> {
  const { parse } = await import('libpg-query');
  try {
    const { stmts = [] } = await parse(sql);
    return stmts.flatMap(({ stmt }) => (stmt === undefined ? [] : eventsOf(stmt)));
  } catch {
    return null;
  }
}

function eventsOf(node: Node): SchemaEvent[] {
  if ('CreateStmt' in node) {
    const { relation, tableElts = [] } = node.CreateStmt;
    const name = relation?.relname ?? '';
    const columns = tableElts.flatMap((element) =>
      'ColumnDef' in element ? [element.ColumnDef.colname ?? ''] : [],
    );
    return [added(name, null), ...columns.map((column) => added(name, column))];
  }
  if ('AlterTableStmt' in node) return alterations(node.AlterTableStmt);
  if ('CreateEnumStmt' in node) {
    const { typeName, vals = [] } = node.CreateEnumStmt;
    const name = lastWord(typeName);
    return [added(name, null), ...words(vals).map((value) => added(name, value))];
  }
  if ('AlterEnumStmt' in node) {
    const { typeName, newVal, oldVal } = node.AlterEnumStmt;
    const name = lastWord(typeName);
    if (newVal === undefined) return [];
    if (oldVal === undefined || oldVal === '') return [added(name, newVal)];
    return [{ kind: 'renamed', name, part: newVal, from: oldVal }];
  }
  if ('RenameStmt' in node) {
    const { renameType, relation, subname, newname = '' } = node.RenameStmt;
    const table = relation?.relname;
    if (table === undefined) return [];
    if (renameType === 'OBJECT_COLUMN') {
      return [{ kind: 'renamed', name: table, part: newname, from: subname ?? '' }];
    }
    if (renameType === 'OBJECT_TABLE') {
      return [{ kind: 'renamed', name: newname, part: null, from: table }];
    }
    return [];
  }
  if ('DropStmt' in node) {
    const { removeType, objects = [] } = node.DropStmt;
    if (removeType !== 'OBJECT_TABLE' && removeType !== 'OBJECT_TYPE') return [];
    return objects.map((object) => ({ kind: 'removed', name: droppedName(object), part: null }));
  }
  return [];
}

function alterations({
  relation,
  cmds = [],
}: {
  relation?: { relname?: string };
  cmds?: Node[];
}): SchemaEvent[] {
  const name = relation?.relname ?? '';
  return cmds.flatMap((node): SchemaEvent[] => {
    if (!('AlterTableCmd' in node)) return [];
    const { subtype, name: column, def } = node.AlterTableCmd;
    if (subtype === 'AT_AddColumn' && def !== undefined && 'ColumnDef' in def) {
      return [added(name, def.ColumnDef.colname ?? '')];
    }
    if (column === undefined) return [];
    if (subtype === 'AT_DropColumn') return [{ kind: 'removed', name, part: column }];
    const isOfColumn = /^AT_(?:AlterColumnType|SetNotNull|DropNotNull|ColumnDefault)$/;
    return isOfColumn.test(subtype ?? '') ? [{ kind: 'changed', name, part: column }] : [];
  });
}

function added(name: string, part: string | null): SchemaEvent {
  return { kind: 'added', name, part };
}

function droppedName(object: Node): string {
  if ('List' in object) return lastWord(object.List.items);
  if ('TypeName' in object) return lastWord(object.TypeName.names);
  return '';
}

function lastWord(nodes: readonly Node[] | undefined): string {
  return words(nodes ?? []).at(-1) ?? '';
}

function words(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
}
