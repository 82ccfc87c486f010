import { v7 as uuidV7 } from 'uuid';
import { inDays } from '../archive/audit-months.ts';
import { openTrail } from '../audit/open-trail.ts';
import { quoteName, type CommandContext } from '../command/package-command.ts';
import { retentionRunning } from '../errors.ts';
import { readHeldIds } from '../holds/held-rows.ts';
import { makeCertificate, writeCertificate } from './certificate.ts';
import { countDue, type DueCounts } from './count-due.ts';
import { dueRows, type DueContext } from './due-rows.ts';
import { readForeignKeys } from './foreign-keys.ts';
import { readPolicies, type RetentionPolicy } from './read-policies.ts';
import { removeRows, type RemovalOrder } from './remove-rows.ts';
import { retainedTables, type RetainedTable } from './retained-tables.ts';
import { lastStart } from './retention-end.ts';

/** What a policy came to. */
export interface PolicyReport {
  readonly policy: string;
  readonly executionId: string | null;
  readonly cutoff: string;
  readonly tables: readonly (DueCounts & { readonly model: string })[];
  readonly archived: number;
  readonly deleted: number;
  readonly heldBack: number;
  /** Where the certificate of destruction lies. */
  readonly certificate: string | null;
  /** Why it was not carried out, or what part of it was not. */
  readonly notes: readonly string[];
}

/** How policies are carried out. */
export interface RetentionOrder extends Omit<RemovalOrder, 'executionId' | 'into'> {
  /** Id of the user who approves the destruction; null: only count. */
  readonly approvedById: string | null;
}

/**
 * Carries out the active retention policies: counts what is due and what keeps rows, and, where
 * somebody approves, removes the rest. Audit months leave by `archive` alone. Each policy leaves a
 * `RetentionExecution`; one that was cut off is gone on with.
 *
 * @throws CodedError `COMPLIANCE.RETENTION_RUNNING`, `COMPLIANCE.ROWS_UNPROVEN`
 */
export async function runRetention(
  context: CommandContext,
  order: RetentionOrder,
): Promise<PolicyReport[]> {
  await refuseSecond(context);
  const policies = await readPolicies(context.session);
  const reports: PolicyReport[] = [];
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
  if (order.approvedById === null)
    return recordDryRun(context, policy, report, total('candidates'));
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

async function recordDryRun(
  { session }: CommandContext,
  { id }: RetentionPolicy,
  report: PolicyReport,
  candidates: number,
): Promise<PolicyReport> {
  const executionId = uuidV7();
  await session.query(
    `insert into retention_executions (id, policy_id, started_at, finished_at, cutoff, candidates, held_back, dry_run)
     values ($1, $2, now(), now(), $3, $4, $5, true)`,
    [executionId, id, report.cutoff, candidates, report.heldBack],
  );
  return { ...report, executionId };
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
  const { session } = context;
  const candidates = report.tables.reduce((sum, counts) => sum + counts.candidates, 0);
  const execution = await openExecution(
    context,
    { policy, report, candidates },
    order.approvedById,
  );
  if (execution === null) return report;
  const { executionId } = execution;
  const into = policy.action === 'ARCHIVE' ? ('archived' as const) : ('deleted' as const);
  const removal = {
    ...{ context, trail: await openTrail(context, executionId) },
    order: { ...order, executionId, into },
  };
  const touched = new Set<string>();
  // A row that others name goes once they are gone: again, until a whole round removes nothing.
  for (let gone = 1; gone > 0;) {
    gone = 0;
    for (const table of tables) {
      const rows = dueRows(table, policy, due);
      const count = rows === null ? 0 : await removeRows(removal, table, rows);
      if (count > 0) touched.add(table.table);
      gone += count;
    }
  }
  for (const table of touched) await session.query(`vacuum ${quoteName(table)}`);
  const { archived, deleted, heldBack, startedAt, approvedById } = await readExecution(
    context,
    executionId,
  );
  const certificate = await makeCertificate(session, {
    ...{ executionId, policy, startedAt, cutoff: execution.cutoff, heldBack },
    ...{ approvedById, finishedAt: new Date().toISOString() },
  });
  const file = await writeCertificate(order.folder, certificate);
  await session.query(
    `update retention_executions set finished_at = greatest(now(), started_at), held_back = $2,
       certificate_hash = decode($3, 'hex') where id = $1`,
    [executionId, heldBack, certificate.sha256],
  );
  return { ...report, executionId, archived, deleted, heldBack, certificate: file };
}

/** Goes on with an execution that was cut off, or begins one; null where nothing is to be done. */
async function openExecution(
  { session }: CommandContext,
  {
    policy,
    report,
    candidates,
  }: Pick<PolicyWork, 'policy' | 'report'> & { readonly candidates: number },
  approvedById: string,
): Promise<{ readonly executionId: string; readonly cutoff: string } | null> {
  const { rows } = await session.query<{ executionId: string; cutoff: string }>(
    `select id as "executionId", cutoff::text as cutoff from retention_executions
     where policy_id = $1 and not dry_run and finished_at is null and failed_at is null
     order by started_at limit 1`,
    [policy.id],
  );
  if (rows[0] !== undefined) return rows[0];
  if (report.tables.every(({ going }) => going === 0)) return null;
  const executionId = uuidV7();
  await session.query(
    `insert into retention_executions (id, policy_id, started_at, cutoff, candidates, dry_run, approved_by_id)
     values ($1, $2, now(), $3, $4, false, $5)`,
    [executionId, policy.id, report.cutoff, candidates, approvedById],
  );
  return { executionId, cutoff: report.cutoff };
}

async function readExecution({ session }: CommandContext, executionId: string) {
  const { rows } = await session.query<{
    archived: number;
    deleted: number;
    heldBack: number;
    startedAt: string;
    approvedById: string;
  }>(
    `select archived, deleted, candidates - archived - deleted as "heldBack", approved_by_id as "approvedById",
       to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startedAt"
     from retention_executions where id = $1`,
    [executionId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`The execution ${executionId} is gone.`);
  return row;
}

async function refuseSecond({ session }: CommandContext): Promise<void> {
  const { rows } = await session.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('retention run', 0)) as locked`,
  );
  if (rows[0]?.locked !== true) throw retentionRunning();
}
