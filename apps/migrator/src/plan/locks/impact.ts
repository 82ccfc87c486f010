import { nameOf, type Relation } from './catalog.ts';
import { strongerOf, type LockMode } from './lock-mode.ts';

/** A lock that a statement takes and its transaction holds to its end. */
export interface Lock {
  readonly relation: Relation;
  /** Its name when the statement runs. */
  readonly name: string;
  readonly mode: LockMode;
  /** Taken only where rows ask for it: the other side of a foreign key, the partition of a row. */
  readonly isPossible: boolean;
}

/** What a statement does to what is there already. */
export interface Impact {
  readonly locks: Map<Relation, Lock>;
  /** Tables that are written anew with their indexes. */
  readonly rewrites: Set<Relation>;
  /** Tables that lose all rows at once. */
  readonly emptied: Set<Relation>;
  /** Tables that are read from end to end. */
  readonly scans: Set<Relation>;
  /** Tables of which an index is built; they are read too. */
  readonly builds: Set<Relation>;
  /** Tables of which a part or all is read, as the planner chooses. */
  readonly mayScan: Set<Relation>;
  /** Waits for transactions that are open when it runs, without keeping anyone from working. */
  waitsForTransactions: boolean;
  /** What cannot be told of it, as sentences. */
  readonly unknown: Set<string>;
  readonly notes: Set<string>;
}

/** The impact of nothing. */
export function noImpact(): Impact {
  return {
    ...{ locks: new Map(), rewrites: new Set(), emptied: new Set(), scans: new Set() },
    ...{ builds: new Set(), mayScan: new Set(), unknown: new Set(), notes: new Set() },
    waitsForTransactions: false,
  };
}

/** Notes a lock; of several on one relation the strongest counts, and none of what nobody else sees. */
export function takeLock(
  { locks }: Impact,
  relation: Relation,
  mode: LockMode,
  { isPossible = false } = {},
): void {
  if (relation.isFresh) return;
  const held = locks.get(relation);
  const isStronger = held === undefined || strongerOf(held.mode, mode) !== held.mode;
  const isSurer = held?.isPossible === true && !isPossible && held.mode === mode;
  if (!isStronger && !isSurer) return;
  locks.set(relation, { relation, name: nameOf(relation), mode, isPossible });
}

/** Notes that a table is written anew. */
export function rewrite(impact: Impact, relation: Relation): void {
  if (!hasRows(relation)) return;
  impact.rewrites.add(relation);
  impact.scans.add(relation);
}

/** Notes that a table loses its rows: its files are replaced by empty ones. */
export function empty(impact: Impact, relation: Relation): void {
  if (hasRows(relation)) impact.emptied.add(relation);
}

/** Notes that a table is read from end to end. */
export function scan(impact: Impact, relation: Relation): void {
  if (hasRows(relation)) impact.scans.add(relation);
}

/** Notes that an index of a table is built. */
export function build(impact: Impact, relation: Relation): void {
  if (!hasRows(relation)) return;
  impact.builds.add(relation);
  impact.scans.add(relation);
}

function hasRows({ isFresh, kind }: Relation): boolean {
  return !isFresh && (kind === 'r' || kind === 'm');
}
