import type { Node, VariableSetStmt } from '@pgsql/types';
import type { NodeKind, Statement, TreeOf } from '../../statements/read-statements.ts';
import { alterTable } from './alter-table.ts';
import { comment, createTrigger, grant, writePolicy } from './attachments.ts';
import type { Catalog } from './catalog.ts';
import { createTable, createTableAs } from './create-tables.ts';
import { alterDomain, alterSequence, createDomain, noteNew } from './domains-and-sequences.ts';
import { drop, truncate } from './drop.ts';
import { noImpact, takeLock, type Impact } from './impact.ts';
import { createIndex, reindex } from './indexes.ts';
import { cluster, createView, lockTable, refresh, vacuum } from './maintenance.ts';
import { changeOwner, rename, setSchema } from './names.ts';
import { readRows } from './rows.ts';
import { relationOf, wordsOf, type ScriptContext } from './script-context.ts';

type Reader<Kind extends NodeKind> = (
  context: ScriptContext,
  tree: TreeOf<Kind>,
  node: Node,
) => void;

/** Statements that touch no table: rows of system catalogs, the session, the cluster. */
const harmless = () => undefined;

const opaque =
  (what: string) =>
  ({ catalog, impact }: ScriptContext) => {
    impact.unknown.add(what);
    catalog.isComplete = false;
  };

const asQuery = (context: ScriptContext, tree: unknown, node: Node) => readRows(context, node);

const READERS: { readonly [Kind in NodeKind]?: Reader<Kind> } = {
  AlterTableStmt: alterTable,
  RenameStmt: rename,
  AlterObjectSchemaStmt: setSchema,
  AlterOwnerStmt: changeOwner,
  IndexStmt: createIndex,
  ReindexStmt: reindex,
  CreateStmt: createTable,
  CreateTableAsStmt: createTableAs,
  DropStmt: drop,
  TruncateStmt: truncate,
  LockStmt: lockTable,
  VacuumStmt: vacuum,
  ClusterStmt: cluster,
  ViewStmt: createView,
  RefreshMatViewStmt: refresh,
  CreateDomainStmt: createDomain,
  AlterDomainStmt: alterDomain,
  CreateSeqStmt: (context, { sequence }) => noteNew(context, sequence, 'S'),
  AlterSeqStmt: alterSequence,
  CompositeTypeStmt: (context, { typevar }) => noteNew(context, typevar, 'c'),
  CreateTrigStmt: createTrigger,
  CreatePolicyStmt: writePolicy,
  AlterPolicyStmt: writePolicy,
  RuleStmt: (context, { relation }) => {
    const table = relationOf(context, relation);
    if (table !== undefined) takeLock(context.impact, table, 'ACCESS EXCLUSIVE');
  },
  CreateStatsStmt: (context, { relations = [] }) => {
    for (const node of relations) {
      const table = 'RangeVar' in node ? relationOf(context, node.RangeVar) : undefined;
      if (table !== undefined) takeLock(context.impact, table, 'SHARE UPDATE EXCLUSIVE');
    }
  },
  CommentStmt: comment,
  GrantStmt: grant,
  SelectStmt: asQuery,
  InsertStmt: asQuery,
  UpdateStmt: asQuery,
  DeleteStmt: asQuery,
  MergeStmt: asQuery,
  VariableSetStmt: setVariable,
  DoStmt: opaque('What a DO block does inside is not known.'),
  CallStmt: opaque('What a procedure does inside is not known.'),
  CreateExtensionStmt: ({ impact }) => {
    impact.notes.add('The script of the extension makes objects of its own.');
  },
  AlterExtensionStmt: opaque('What the script of the extension changes is not known.'),
  ...Object.fromEntries(
    (
      [
        ...([
          'TransactionStmt',
          'CreateEnumStmt',
          'AlterEnumStmt',
          'CreateRangeStmt',
          'DefineStmt',
        ] as const),
        ...([
          'CreateFunctionStmt',
          'AlterFunctionStmt',
          'CreateSchemaStmt',
          'CreateCastStmt',
        ] as const),
        ...([
          'GrantRoleStmt',
          'CreateRoleStmt',
          'AlterRoleStmt',
          'AlterRoleSetStmt',
          'DropRoleStmt',
        ] as const),
        ...([
          'AlterDefaultPrivilegesStmt',
          'VariableShowStmt',
          'ConstraintsSetStmt',
          'NotifyStmt',
        ] as const),
        ...([
          'ListenStmt',
          'UnlistenStmt',
          'DiscardStmt',
          'DeallocateStmt',
          'AlterTypeStmt',
        ] as const),
        ...([
          'CreateFdwStmt',
          'CreateForeignServerStmt',
          'CreateUserMappingStmt',
          'AlterDatabaseSetStmt',
        ] as const),
        ...([
          'AlterCollationStmt',
          'CreateOpClassStmt',
          'CreateOpFamilyStmt',
          'CheckPointStmt',
        ] as const),
      ] satisfies readonly NodeKind[]
    ).map((kind) => [kind, harmless]),
  ),
};

/**
 * Tells what a statement locks, writes anew and reads, in a database as it stands after those before
 * it; the catalog is brought to how it stands after this one. What it does not know it says.
 */
export function locksOfStatement(
  statement: Pick<Statement, 'kind' | 'node'>,
  catalog: Catalog,
): Impact {
  const impact = noImpact();
  const { kind, node } = statement;
  const read = READERS[kind] as Reader<NodeKind> | undefined;
  if (read === undefined) {
    impact.unknown.add(`What ${kind} locks is not known.`);
    catalog.isComplete = false;
  } else read({ catalog, impact }, (node as unknown as Record<string, never>)[kind] as never, node);
  return impact;
}

/** `SET search_path` moves what later names mean. */
function setVariable({ catalog }: ScriptContext, tree: VariableSetStmt): void {
  if (tree.name !== 'search_path') return;
  const words = (tree.args ?? []).flatMap((node) =>
    'A_Const' in node && node.A_Const.sval !== undefined
      ? [node.A_Const.sval.sval ?? '']
      : wordsOf(node),
  );
  catalog.searchPath = tree.kind === 'VAR_SET_VALUE' ? words : ['public'];
}
