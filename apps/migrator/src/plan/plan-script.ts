import { isCodedError } from '@holovitals/errors';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';
import type { Finding } from '../lint/finding.ts';
import { isConcurrent } from '../statements/is-concurrent.ts';
import { readStatements, type Statement } from '../statements/read-statements.ts';
import type { TableStatistics } from '../statistics/database-statistics.ts';
import { addDurations, estimateWork, type Duration, type WorkKind } from './estimate.ts';
import { keyOf, nameOf, type Catalog, type Relation } from './locks/catalog.ts';
import type { Impact } from './locks/impact.ts';
import { whomBlocks } from './locks/lock-mode.ts';
import { locksOfStatement } from './locks/locks-of-statement.ts';
import type {
  PlannedLock,
  PlannedMigration,
  PlannedStatement,
  PlannedWork,
  Run,
  Size,
} from './plan-report.ts';

/** Beyond this a lock that keeps readers or writers waiting is a risk: users notice. */
const PATIENCE_SECONDS = 1;

/** What a script is planned with. */
export interface ScriptBasis {
  /** The database before the script; it is brought to how it stands after it. */
  readonly catalog: Catalog;
  /** By `schema.name`. */
  readonly sizes: ReadonlyMap<string, TableStatistics>;
}

/** The sizes of a database by the names of its tables. */
export function sizesByName(tables: readonly TableStatistics[]): Map<string, TableStatistics> {
  return new Map(tables.map((table) => [keyOf(table.schema, table.name), table]));
}

/** Plans a migration: each statement in a database as those before it leave it. */
export async function planMigration(
  migration: Migration,
  basis: ScriptBasis,
  findings: readonly Finding[],
): Promise<PlannedMigration> {
  const { name, sealed } = migration;
  let statements: Statement[];
  try {
    statements = await readStatements(withoutByteOrderMark(migration.sql));
  } catch (error) {
    if (!isCodedError(error)) throw error;
    basis.catalog.isComplete = false;
    return { name, sealed, run: 'transaction', statements: [], fault: error.message };
  }
  const run = runOf(statements);
  const read = statements.map((statement) => {
    const impact = locksOfStatement(statement, basis.catalog);
    // Names as they are now: a later statement may rename.
    return { statement, impact, work: workOf(impact, basis) };
  });
  basis.catalog.searchPath = ['public'];
  const times = read.map(({ impact, work }) => timeOf(impact, work, basis));
  const planned = read.map(({ statement, impact, work }, at) =>
    planStatement(statement, impact, basis, {
      ...{ work, estimate: times[at] ?? null },
      advice: findings.filter((it) => it.line === statement.line && it.column === statement.column),
      heldFor: addDurations(run === 'transaction' ? times.slice(at) : times.slice(at, at + 1)),
    }),
  );
  return { name, run, sealed, statements: planned, fault: null };
}

interface Judged {
  readonly advice: readonly Finding[];
  readonly work: readonly PlannedWork[];
  readonly estimate: Duration | null;
  readonly heldFor: Duration | null;
}

function planStatement(
  { line, column, text }: Statement,
  impact: Impact,
  basis: ScriptBasis,
  { work, estimate, heldFor, advice }: Judged,
): PlannedStatement {
  const locks = [...impact.locks.values()].map(
    ({ relation, name, mode, isPossible }): PlannedLock => ({
      ...{ relation: name, mode, blocks: whomBlocks(mode), possible: isPossible },
      ...{ size: sizeOf(relation, basis), heldFor },
    }),
  );
  const unknown = [...impact.unknown];
  return {
    ...{ line, column, sql: text, locks, work, estimate, unknown, notes: [...impact.notes] },
    advice: advice.map(({ rule, severity, message, instead }) => ({
      ...{ rule, severity, message, instead },
    })),
    waitsForTransactions: impact.waitsForTransactions,
    isRisky: unknown.length > 0 || locks.some(isRisky),
  };
}

/** Keeps readers or writers waiting for longer than nobody minds, or nobody knows for how long. */
function isRisky({ blocks, heldFor }: PlannedLock): boolean {
  if (!blocks.includes('reads') && !blocks.includes('writes')) return false;
  return heldFor === null || heldFor.toSeconds > PATIENCE_SECONDS;
}

function workOf(impact: Impact, basis: ScriptBasis): PlannedWork[] {
  const works = new Map<Relation, PlannedWork['kind']>();
  for (const relation of impact.scans) works.set(relation, 'scan');
  for (const relation of impact.builds) works.set(relation, 'index');
  for (const relation of impact.rewrites) works.set(relation, 'rewrite');
  for (const relation of impact.emptied) works.set(relation, 'empty');
  return [...works].map(([relation, kind]) => ({
    ...{ relation: nameOf(relation), kind },
    size: sizeOf(relation, basis),
  }));
}

/** Rows that are read as the planner chooses take no time or that of the whole table. */
function timeOf(
  impact: Impact,
  work: readonly PlannedWork[],
  { sizes }: ScriptBasis,
): Duration | null {
  const sure = work.map(({ kind, size }) => (kind === 'empty' ? NO_TIME : timeFor(kind, size)));
  const possible = [...impact.mayScan]
    .filter(
      (relation) => !relation.isFresh && !impact.scans.has(relation) && /[rm]/.test(relation.kind),
    )
    .map((relation) => estimateWork('scan', sizes.get(relation.origin ?? '')))
    .map((time) => (time === null ? null : { ...time, fromSeconds: 0 }));
  return addDurations([...sure, ...possible]);
}

const NO_TIME: Duration = { fromSeconds: 0, toSeconds: 0 };

function timeFor(kind: WorkKind, size: Size | null): Duration | null {
  return size === null
    ? null
    : estimateWork(kind, { ...size, rows: size.rows ?? -1, schema: '', name: '' });
}

function sizeOf({ origin, indexOf }: Relation, { sizes }: ScriptBasis): Size | null {
  const size = sizes.get((indexOf ?? { origin }).origin ?? '');
  if (size === undefined) return null;
  const { rows, bytes, indexBytes } = size;
  return { rows: rows < 0 ? null : rows, bytes, indexBytes };
}

/** What the server refuses in a transaction block, which is then run alone. */
function runOf(statements: readonly Statement[]): Run {
  if (statements.some(({ node }) => endsTransactions(node))) return 'own transactions';
  return statements.some(({ node }) => refusesTransactions(node)) ? 'alone' : 'transaction';
}

function endsTransactions(node: Statement['node']): boolean {
  if (!('TransactionStmt' in node)) return false;
  return !/SAVEPOINT|RELEASE|ROLLBACK_TO/.test(node.TransactionStmt.kind ?? '');
}

/** Tells whether the server refuses a statement inside a transaction block. */
export function refusesTransactions(node: Statement['node']): boolean {
  if ('VacuumStmt' in node) return node.VacuumStmt.is_vacuumcmd === true;
  if ('AlterSystemStmt' in node || 'CreatedbStmt' in node || 'DropdbStmt' in node) return true;
  if ('ReindexStmt' in node && /SCHEMA|SYSTEM|DATABASE/.test(node.ReindexStmt.kind ?? '')) {
    return true;
  }
  return isConcurrent(node);
}
