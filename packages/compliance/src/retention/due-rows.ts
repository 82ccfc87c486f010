import { inDays } from '../archive/audit-months.ts';
import { isHeld, type HeldIds } from '../holds/held-rows.ts';
import { isNamed, patientOf, type ForeignKey } from './foreign-keys.ts';
import type { RetentionPolicy } from './read-policies.ts';
import { startOf, type RetainedTable } from './retained-tables.ts';
import { lastStart } from './retention-end.ts';

/** What decides which rows are due. */
export interface DueContext {
  readonly now: Date;
  /** All active policies: the longest of one type wins. */
  readonly policies: readonly RetentionPolicy[];
  readonly held: HeldIds;
  readonly keys: readonly ForeignKey[];
}

/** Conditions, as SQL, on the row `t` of a table. */
export interface DueRows {
  /** Its retention is over by the policy. */
  readonly isCandidate: string;
  /** A legal hold covers it or the policy, or its table is append-only. */
  readonly isHeld: string;
  /** Its patient was a minor, and the extension is not over; or the age is not known. */
  readonly isMinors: string;
  /** Another policy, or a day that the record names, keeps it longer. */
  readonly isKeptLonger: string;
  /** Another row names it. */
  readonly isNamed: string;
  /** It may go. */
  readonly isGoing: string;
  /** Of its patient; null where it has none. */
  readonly patient: string | null;
}

/** Decides by SQL which rows of a table a policy lets go; null where the policy cannot tell. */
export function dueRows(
  table: RetainedTable,
  policy: RetentionPolicy,
  context: DueContext,
): DueRows | null {
  const patient = patientOf(table.table, context.keys);
  const isCandidate = isOver(table, policy, patient, context.now);
  if (isCandidate === null) return null;
  const conditions = {
    isHeld:
      table.isAppendOnly || context.held.data_retention_policies.includes(policy.id)
        ? 'true'
        : isHeld(table.table, context.held, context.keys),
    isMinors: isMinors(table, policy, patient, context.now),
    isKeptLonger: isKeptLonger(table, policy, patient, context),
    isNamed: isNamed(table.table, context.keys),
  };
  const kept = Object.values(conditions).map((condition) => `not coalesce(${condition}, false)`);
  return { ...conditions, isCandidate, patient, isGoing: [isCandidate, ...kept].join(' and ') };
}

function isOver(
  table: RetainedTable,
  policy: RetentionPolicy,
  patient: string | null,
  now: Date,
): string | null {
  const from = startOf(table, policy.startsFrom, patient);
  if (from === null) return null;
  return `((${from.start})::date <= date '${inDays(lastStart(now, policy))}' and not (${from.isOpen}))`;
}

function isMinors(
  { began }: RetainedTable,
  { minorExtensionYears }: RetentionPolicy,
  patient: string | null,
  now: Date,
): string {
  if (patient === null || minorExtensionYears === 0) return 'false';
  const last = inDays(lastStart(now, { days: 0, years: minorExtensionYears }));
  return `exists (select from patients p where p.id = ${patient} and (p.majority_on is null
    or ${began}::date < p.majority_on and p.majority_on > date '${last}'))`;
}

function isKeptLonger(
  table: RetainedTable,
  policy: RetentionPolicy,
  patient: string | null,
  { policies, now }: DueContext,
): string {
  const others = policies
    .filter(({ id, dataType }) => id !== policy.id && dataType === policy.dataType)
    .map((other) => {
      const over = isOver(table, other, patient, now);
      return `not (${over ?? 'false'}) or ${isMinors(table, other, patient, now)}`;
    });
  const today = inDays(now);
  const named = `exists (select from patients p where p.id = ${patient} and p.retain_until >= date '${today}')`;
  const all = [...others, ...(patient === null ? [] : [named])];
  return all.length === 0 ? 'false' : `(${all.join(' or ')})`;
}
