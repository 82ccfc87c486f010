import { inSeconds, inSizes, inTime } from './amounts.ts';
import type { PlannedLock, PlannedStatement, PlannedWork, PlanReport } from './plan-report.ts';

const WORKS: Readonly<Record<PlannedWork['kind'], string>> = {
  rewrite: 'writes anew',
  index: 'builds an index of',
  scan: 'reads all of',
  empty: 'empties',
};

const LENGTH = 100;

/** A statement on one line, cut where it is long. */
export function oneLine({ sql }: Pick<PlannedStatement, 'sql'>): string {
  const line = sql.replaceAll(/\s+/g, ' ');
  return line.length > LENGTH ? `${line.slice(0, LENGTH - 1)}…` : line;
}

/** What is to be said of a statement, a sentence each; partitions are told with what they belong to. */
export function describeStatement(statement: PlannedStatement): string[] {
  const { locks, work, estimate, notes, unknown, advice, waitsForTransactions } = statement;
  const lines = groupsOf(locks).map(describeLocks);
  for (const { relation, kind, size } of work) {
    lines.push(`${WORKS[kind]} ${relation} (${inSizes(size)})`);
  }
  if (work.length > 0 || estimate === null || estimate.toSeconds >= 1)
    lines.push(`takes ${inTime(estimate)}`);
  if (waitsForTransactions)
    lines.push('waits for every transaction that is open, and blocks nobody');
  return [
    ...lines,
    ...notes.map((note) => `note: ${note}`),
    ...unknown.map((sentence) => `not known: ${sentence}`),
    ...advice.map(({ rule, instead }) => `${rule}: ${instead}`),
  ];
}

/** Locks of one mode and certainty together. */
function groupsOf(locks: readonly PlannedLock[]): PlannedLock[][] {
  const groups = new Map<string, PlannedLock[]>();
  for (const lock of locks) {
    const key = `${lock.mode} ${lock.possible}`;
    groups.set(key, [...(groups.get(key) ?? []), lock]);
  }
  return [...groups.values()];
}

const NAMED = 4;

function describeLocks(locks: readonly PlannedLock[]): string {
  const [first] = locks;
  if (first === undefined) return '';
  const names = locks.slice(0, NAMED).map(({ relation }) => relation);
  const rest = locks.length - names.length;
  const where = `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const sizes = locks.length === 1 && first.size !== null ? ` (${inSizes(first.size)})` : '';
  const held =
    first.heldFor !== null && first.heldFor.toSeconds < 1
      ? ''
      : `, held for ${inTime(first.heldFor)}`;
  return `${first.possible ? 'possibly ' : ''}${first.mode} on ${where}${sizes}: blocks ${first.blocks.join(', ')}${held}`;
}

/** What the plan rests on, in sentences. */
export function describeBasis({ basis }: PlanReport): string[] {
  const { longestTransactionSeconds: open, from, takenAt } = basis;
  return [
    from === 'database'
      ? 'Sizes are those of the database now.'
      : `Sizes are those of a file of ${takenAt}; no database was asked.`,
    ...(open !== null && open >= 1
      ? [
          `A transaction had been open for ${inSeconds(open)}: a statement that its locks conflict with waits for it.`,
        ]
      : []),
  ];
}

/** The worst of it, on one line. */
export function describeTotal({ total }: PlanReport): string {
  const { worstLock, longest, unknown, migrations, statements, risky } = total;
  return [
    `${migrations} migration(s), ${statements} statement(s)`,
    worstLock === null
      ? 'no lock on what is there'
      : `worst lock ${worstLock.mode} on ${worstLock.relation}`,
    `longest statement ${inTime(longest)}`,
    ...(unknown > 0 ? [`${unknown} not fully understood`] : []),
    risky > 0 ? `${risky} risky` : 'nothing risky',
  ].join('; ');
}
