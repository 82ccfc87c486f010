import { inDays } from '../archive/audit-months.ts';
import { openTrail } from '../audit/open-trail.ts';
import type { CommandContext } from '../command/package-command.ts';
import { retentionRunning } from '../errors.ts';
import { readHeldIds } from '../holds/held-rows.ts';
import { countDue, type DueCounts } from './count-due.ts';
import { dueRows, type DueContext } from './due-rows.ts';
import { endCutOff, endExecution, openExecution, recordDryRun } from './executions.ts';
import { readForeignKeys } from './foreign-keys.ts';
import type { PolicyReport } from './policy-report.ts';
import { readPolicies, type RetentionPolicy } from './read-policies.ts';
import { removeRows, type RemovalOrder } from './remove-rows.ts';
import { retainedTables, type RetainedTable } from './retained-tables.ts';
import { lastStart } from './retention-end.ts';

/** How policies are carried out. */
export interface RetentionOrder extends Omit<RemovalOrder, 'executionId' | 'into'> {
  /** Id of the user who approves the destruction; null: only count. */
  readonly approvedById: string | null;
}

/**
 * Carries out the active retention policies: counts what is due and what keeps rows, and, where
 * somebody approves, removes the rest. Audit months leave by `archive` alone. Each policy leaves a
 * `RetentionExecution`. What one that was cut off had destroyed is certified first, as approved by who
 * approved it; what it had not come to is another execution's.
 *
 * @throws CodedError `COMPLIANCE.RETENTION_RUNNING`, `COMPLIANCE.ROWS_UNPROVEN`
 */
export async function runRetention(
  context: CommandContext,
  order: RetentionOrder,
): Promise<PolicyReport[]> {
  await refuseSecond(context);
  const policies = await readPolicies(context.session);
  const reports: PolicyReport[] =
    order.approvedById === null ? [] : await endCutOff(context, order.folder);
  for (const policy of policies) {
    context.progress(`${policy.name}`);
    reports.push(await carryOut(context, policy, policies, order));
  }
  return reports;
}

async function carryOut(
  context: CommandContext,
  policy: RetentionPolicy,
  policies: readonly RetentionPolicy[],
  order: RetentionOrder,
): Promise<PolicyReport> {
  const { session, now } = context;
  const held = await readHeldIds(session);
  const due: DueContext = { now, policies, held, keys: await readForeignKeys(session) };
  const notes = findObstacles(policy, policies, held.data_retention_policies);
  const counted: (DueCounts & { readonly model: string })[] = [];
  const tables = policy.dataType === 'AUDIT_LOG' ? [] : retainedTables(policy.dataType);
  for (const table of tables) {
    const rows = dueRows(table, policy, due);
    if (rows === null)
      notes.push(
        `${table.model} has nothing that ${policy.startsFrom} could be told from; its rows are kept.`,
      );
    else counted.push({ model: table.model, ...(await countDue(session, table.table, rows)) });
  }
  const total = (part: keyof DueCounts) => counted.reduce((sum, counts) => sum + counts[part], 0);
  const report = {
    ...{ policy: policy.name, cutoff: inDays(lastStart(now, policy)), tables: counted, notes },
    ...{ archived: 0, deleted: 0, heldBack: total('candidates') - total('going') },
    ...{ executionId: null, certificate: null },
  };
  if (tables.length === 0) return report;
  if (order.approvedById === null) {
    const candidates = total('candidates');
    return { ...report, executionId: await recordDryRun(session, policy, report, candidates) };
  }
  if (notes.some((note) => OBSTACLES.has(note)))
    return { ...report, heldBack: total('candidates') };
  return remove(
    context,
    { policy, tables, due, report },
    { ...order, approvedById: order.approvedById },
  );
}

const REVIEWED =
  'A policy of this type of data asks for REVIEW: a person decides, nothing was removed.';
const HELD = 'A legal hold covers the policy: nothing was removed.';
const BY_ARCHIVE = 'Audit months leave whole, by `migrator archive`.';
const OBSTACLES = new Set([REVIEWED, HELD]);

function findObstacles(
  policy: RetentionPolicy,
  policies: readonly RetentionPolicy[],
  heldPolicies: readonly string[],
): string[] {
  const same = policies.filter(({ dataType }) => dataType === policy.dataType);
  return [
    ...(policy.dataType === 'AUDIT_LOG' ? [BY_ARCHIVE] : []),
    ...(same.some(({ action }) => action === 'REVIEW') ? [REVIEWED] : []),
    ...(heldPolicies.includes(policy.id) ? [HELD] : []),
  ];
}

interface PolicyWork {
  readonly policy: RetentionPolicy;
  readonly tables: readonly RetainedTable[];
  readonly due: DueContext;
  readonly report: PolicyReport;
}

async function remove(
  context: CommandContext,
  { policy, tables, due, report }: PolicyWork,
  order: RetentionOrder & { readonly approvedById: string },
): Promise<PolicyReport> {
  if (report.tables.every(({ going }) => going === 0)) return report;
  const { session } = context;
  const executionId = await openExecution(session, policy, {
    cutoff: report.cutoff,
    candidates: report.tables.reduce((sum, counts) => sum + counts.candidates, 0),
    approvedById: order.approvedById,
  });
  const into = policy.action === 'ARCHIVE' ? ('archived' as const) : ('deleted' as const);
  const removal = {
    ...{ context, trail: await openTrail(context, executionId) },
    order: { ...order, executionId, into },
  };
  const removable = tables.filter((table) => dueRows(table, policy, due) !== null);
  // A row that others name goes once they are gone: again, until a whole round removes nothing.
  for (let gone = 1; gone > 0;) {
    gone = 0;
    for (const table of removable) {
      const judge = async () => {
        const now = dueRows(table, policy, { ...due, held: await readHeldIds(session) });
        if (now === null)
          throw new Error(`${policy.name} can no longer tell rows of ${table.model}.`);
        return now;
      };
      gone += await removeRows({ ...removal, judge }, table);
    }
  }
  const ended = await endExecution(context, executionId, order.folder, { isCutOff: false });
  return { ...report, ...ended };
}

async function refuseSecond({ session }: CommandContext): Promise<void> {
  const { rows } = await session.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('retention run', 0)) as locked`,
  );
  if (rows[0]?.locked !== true) throw retentionRunning();
}
