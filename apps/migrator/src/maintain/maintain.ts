import { isCodedError } from '@holovitals/errors';
import type pg from 'pg';
import { withConnection, withReadTransaction } from '../connection/connect.ts';
import { describeDatabaseError, isServerError } from '../connection/database-error.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import { boundAlone, PATIENCE, type LockPatience } from '../connection/lock-patience.ts';
import {
  withLockDiscipline,
  withLockRetries,
  type LockDiscipline,
} from '../connection/lock-retries.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { maintenanceRunning } from '../errors.ts';
import { findWork, type Job, type Work, type WorkOptions } from './find-work.ts';

/** The key of the advisory lock under which a database is maintained. */
const LOCK = 727_074;

/** What became of a job: `unsettled` ran, and the table or index needs the same as before. */
export interface DoneJob extends Job {
  readonly state: 'done' | 'unsettled' | 'failed';
  readonly ms: number;
  /** Why it failed, or what may be the matter. */
  readonly note: string | null;
}

/** What {@link maintain} did. */
export interface MaintenanceResult {
  readonly jobs: readonly DoneJob[];
  readonly left: Work['left'];
}

/** How {@link maintain} works. */
export interface MaintainOptions extends WorkOptions {
  readonly patience?: LockPatience;
  /** Told before each job, and while one waits. */
  readonly onProgress?: (line: string) => void;
}

/** What {@link maintain} would do. */
export function previewMaintenance(
  { ownerUrl }: DatabaseTarget,
  options: WorkOptions = {},
): Promise<Work> {
  return withReadTransaction(ownerUrl, (client) => findWork(client, options));
}

/**
 * Does what tables and indexes need while others work with them. A job that fails keeps none of the
 * others from being done. Killed, it is run again: what was done needs nothing any more.
 *
 * @throws CodedError `MIGRATOR.MAINTENANCE_RUNNING`, `MIGRATOR.POOLER_REFUSED`, `MIGRATOR.REPLICA_REFUSED`
 */
export async function maintain(
  target: DatabaseTarget,
  options: MaintainOptions = {},
): Promise<MaintenanceResult> {
  const { patience = PATIENCE, onProgress = () => undefined } = options;
  await refusePooler(target);
  return withConnection(target.ownerUrl, async (client) => {
    await refuseSecond(client);
    const session = { client, url: target.ownerUrl };
    return withLockDiscipline(session, { patience, onProgress }, async (locks) => {
      const { jobs, left } = await findWork(client, options);
      const done: DoneJob[] = [];
      for (const [at, job] of jobs.entries()) {
        onProgress(`${at + 1} of ${jobs.length}: ${job.sql}`);
        const result = await perform(client, locks, job);
        if (result.state === 'failed' && job.kind === 'reindex') await sweep(client, locks);
        done.push(result);
      }
      if (done.length > 0) await awaitCounts(client);
      const again = new Set((await findWork(client, options)).jobs.map(keyOf));
      return { jobs: done.map((job) => settled(job, again)), left };
    });
  });
}

async function refuseSecond(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1) as locked',
    [LOCK],
  );
  if (rows[0]?.locked !== true) throw maintenanceRunning();
}

/** A concurrent rebuild keeps nobody waiting while it waits itself; vacuum does, for others of its kind. */
async function perform(client: pg.Client, locks: LockDiscipline, job: Job): Promise<DoneJob> {
  const isHarmless = job.kind === 'reindex' || job.kind === 'drop-leftover';
  const begun = performance.now();
  const end = (state: DoneJob['state'], note: string | null): DoneJob => ({
    ...{ ...job, state, note },
    ms: Math.round(performance.now() - begun),
  });
  try {
    await client.query(boundAlone(locks.patience, isHarmless));
    const run = () => client.query(job.sql);
    await withLockRetries(locks, job.sql, run, isHarmless ? 'for ever' : 'briefly');
    return end('done', null);
  } catch (error) {
    if (isCodedError(error)) return end('failed', error.why ?? error.message);
    if (isServerError(error)) return end('failed', describeDatabaseError(error));
    throw error;
  }
}

/** What a rebuild that failed has left behind would be kept up to date and serve nobody. */
async function sweep(client: pg.Client, locks: LockDiscipline): Promise<void> {
  const { jobs } = await findWork(client);
  for (const job of jobs.filter(({ kind }) => kind === 'drop-leftover')) {
    await perform(client, locks, job);
  }
}

/** Before PostgreSQL 15 a process of its own gathers what is counted, and tells it half a second late. */
async function awaitCounts(client: pg.Client): Promise<void> {
  await client.query(
    `select pg_sleep(1) where current_setting('server_version_num')::int < 150000`,
  );
}

function keyOf({ kind, target }: Job): string {
  return `${kind} ${target}`;
}

function settled(job: DoneJob, again: ReadonlySet<string>): DoneJob {
  if (job.state !== 'done' || !again.has(keyOf(job))) return job;
  const note = 'It needs the same again: an old transaction or a slot may hold it back.';
  return { ...job, state: 'unsettled', note };
}
