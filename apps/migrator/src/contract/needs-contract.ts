import { namesIn } from '../objects/find-dependents.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';
import { readStatements, treeOf, type Statement } from '../statements/read-statements.ts';
import type { HeldContract } from './held-contracts.ts';

/** A migration that cannot come before a contract which is held. */
export interface NeedyMigration {
  readonly migration: string;
  readonly contract: HeldContract;
}

/** Tells where a deploy would stop; one line for a terminal. */
export function describeNeedy({ migration, contract }: NeedyMigration): string {
  return `${migration}, MIGRATOR.CONTRACT_HELD: it needs ${contract.migration}, a contract that is held`;
}

/**
 * Finds the first migration after a held contract that speaks of what the contract drops: it was
 * written for a database without it. The others do as well before as after.
 */
export async function findNeedy(
  pending: readonly Migration[],
  held: readonly HeldContract[],
): Promise<NeedyMigration | null> {
  for (const { name, sql, contract: own } of pending) {
    if (own != null) continue;
    const before = held.filter(({ migration }) => migration < name);
    if (before.length === 0) continue;
    const script = withoutByteOrderMark(sql);
    const statements = await readStatements(script).catch(() => null);
    const contract = before.find((it) =>
      statements === null
        ? it.columns.some(({ column }) => namesIn(script).includes(column))
        : statements.some((statement) => speaksOf(statement, it)),
    );
    if (contract !== undefined) return { migration: name, contract };
  }
  return null;
}

function speaksOf(statement: Statement, { columns }: HeldContract): boolean {
  const names = new Set(namesIn(statement.text));
  return columns.some(
    ({ table, column }) => names.has(table) && (names.has(column) || isOfWhole(statement)),
  );
}

/** After it the table has another name, or is gone. */
function isOfWhole({ node }: Statement): boolean {
  return (
    treeOf(node, 'RenameStmt')?.renameType === 'OBJECT_TABLE' ||
    treeOf(node, 'DropStmt')?.removeType === 'OBJECT_TABLE' ||
    treeOf(node, 'AlterObjectSchemaStmt') !== undefined
  );
}
