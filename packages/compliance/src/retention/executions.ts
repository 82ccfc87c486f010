import { v7 as uuidV7 } from 'uuid';
import { manifestModels } from '@holovitals/database';
import { quoteName, type CommandContext, type Session } from '../command/package-command.ts';
import { makeCertificate, readTrail, writeCertificate, type TrailSum } from './certificate.ts';
import { POLICY_COLUMNS, type RetentionPolicy } from './read-policies.ts';
import { settleRowFiles } from './row-files.ts';
import type { PolicyReport } from './policy-report.ts';

/** Records what a dry run counted; answers the id of the execution. */
export async function recordDryRun(
  session: Session,
  { id }: RetentionPolicy,
  { cutoff, heldBack }: Pick<PolicyReport, 'cutoff' | 'heldBack'>,
  candidates: number,
): Promise<string> {
  const executionId = uuidV7();
  await session.query(
    `insert into retention_executions (id, policy_id, started_at, finished_at, cutoff, candidates, held_back, dry_run)
     values ($1, $2, now(), now(), $3, $4, $5, true)`,
    [executionId, id, cutoff, candidates, heldBack],
  );
  return executionId;
}

/** Begins an execution of a policy; answers its id. */
export async function openExecution(
  session: Session,
  { id }: RetentionPolicy,
  begun: { readonly cutoff: string; readonly candidates: number; readonly approvedById: string },
): Promise<string> {
  const executionId = uuidV7();
  await session.query(
    `insert into retention_executions (id, policy_id, started_at, cutoff, candidates, dry_run, approved_by_id)
     values ($1, $2, now(), $3, $4, false, $5)`,
    [executionId, id, begun.cutoff, begun.candidates, begun.approvedById],
  );
  return executionId;
}

/** Ends the executions that were cut off, each with a certificate of what it had destroyed. */
export async function endCutOff(context: CommandContext, folder: string): Promise<PolicyReport[]> {
  const { rows } = await context.session.query<ExecutionRow>(
    `${EXECUTION} where not e.dry_run and e.finished_at is null and e.failed_at is null order by e.started_at`,
  );
  const reports: PolicyReport[] = [];
  for (const { executionId, startedAt, cutoff, policy } of rows) {
    await settleRowFiles(context, folder, { executionId, startedAt });
    const ended = await endExecution(context, executionId, folder, { isCutOff: true });
    reports.push({ ...{ policy: policy.name, cutoff, tables: [], notes: [CUT_OFF] }, ...ended });
  }
  return reports;
}

const CUT_OFF =
  'An execution that was cut off: it is ended, and what it had not come to is left to another.';

/**
 * Ends an execution: the tables that it removed rows from are vacuumed, and what went is certified.
 * Cut off here, it is ended again, over the same certificate. One that was cut off before anything
 * went has failed, and has nothing to certify.
 */
export async function endExecution(
  context: CommandContext,
  executionId: string,
  folder: string,
  { isCutOff }: { readonly isCutOff: boolean },
): Promise<
  Pick<PolicyReport, 'executionId' | 'archived' | 'deleted' | 'heldBack' | 'certificate'>
> {
  const { session } = context;
  const { startedAt, candidates, ...execution } = await readExecution(session, executionId);
  const { archived, deleted, policy, cutoff, approvedById } = execution;
  const gone = archived + deleted;
  const heldBack = isCutOff ? 0 : candidates - gone;
  const counts = { executionId, archived, deleted, heldBack };
  const end = isCutOff ? 'failed_at' : 'finished_at';
  const record = (hash: string | null) =>
    session.query(
      `update retention_executions set ${end} = greatest(now(), started_at), held_back = $2,
         certificate_hash = decode($3, 'hex') where id = $1`,
      [executionId, heldBack, hash],
    );
  if (isCutOff && gone === 0) {
    await record(null);
    return { ...counts, certificate: null };
  }
  const trail = await readTrail(session, { executionId, startedAt });
  await vacuum(session, trail);
  const certificate = makeCertificate(trail, {
    ...{ executionId, policy, startedAt, cutoff, heldBack, approvedById, isCutOff },
    finishedAt: new Date().toISOString(),
  });
  const file = await writeCertificate(folder, certificate);
  await record(certificate.sha256);
  return { ...counts, certificate: file };
}

async function vacuum(session: Session, trail: readonly TrailSum[]): Promise<void> {
  const models = manifestModels();
  const removed = trail.filter(({ action }) => action === 'D');
  for (const table of new Set(removed.map(({ model }) => models.get(model)?.table))) {
    if (table !== undefined) await session.query(`vacuum ${quoteName(table)}`);
  }
}

interface ExecutionRow {
  readonly executionId: string;
  readonly policy: RetentionPolicy;
  readonly cutoff: string;
  readonly startedAt: string;
  readonly candidates: number;
  readonly archived: number;
  readonly deleted: number;
  readonly approvedById: string;
}

const EXECUTION = `select e.id as "executionId", to_jsonb(policy) as policy, e.cutoff::text as cutoff,
    to_char(e.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startedAt",
    e.candidates, e.archived, e.deleted, e.approved_by_id as "approvedById"
  from retention_executions e
  join lateral (select ${POLICY_COLUMNS} from data_retention_policies p where p.id = e.policy_id) policy on true`;

async function readExecution(session: Session, executionId: string): Promise<ExecutionRow> {
  const { rows } = await session.query<ExecutionRow>(`${EXECUTION} where e.id = $1`, [executionId]);
  const [row] = rows;
  if (row === undefined) throw new Error(`The execution ${executionId} is gone.`);
  return row;
}
