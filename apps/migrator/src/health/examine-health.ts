import type pg from 'pg';
import { withReadTransaction } from '../connection/connect.ts';
import { describeDatabaseError, isServerError } from '../connection/database-error.ts';
import { connectionChecks } from './checks/connection.ts';
import { foreignKeyChecks } from './checks/foreign-keys.ts';
import { indexChecks } from './checks/indexes.ts';
import { replicationChecks } from './checks/replication.ts';
import { publicRightChecks } from './checks/roles.ts';
import { sequenceChecks } from './checks/sequences.ts';
import { sessionChecks } from './checks/sessions.ts';
import { settingChecks } from './checks/settings.ts';
import { tableChecks } from './checks/tables.ts';
import { wraparoundChecks } from './checks/wraparound.ts';
import type { HealthFinding } from './finding.ts';
import {
  ask,
  type HealthCheck,
  type Measure,
  type Observation,
  type Sight,
} from './health-check.ts';

/** What a check could not see, and why. */
export interface Unseen {
  readonly check: string;
  readonly why: string;
}

/** What {@link examineHealth} answers. */
export interface HealthReport {
  /** The gravest finding; `ok` where there is none above `info`. */
  readonly state: 'ok' | 'warning' | 'critical';
  readonly takenAt: string;
  /** As the server calls itself: `18.0`. */
  readonly server: string;
  readonly isReplica: boolean;
  /** The gravest first. */
  readonly findings: readonly HealthFinding[];
  readonly unseen: readonly Unseen[];
  readonly measures: readonly Measure[];
}

const HEALTH_CHECKS: readonly HealthCheck[] = [
  ...connectionChecks,
  ...replicationChecks,
  ...sessionChecks,
  ...wraparoundChecks,
  ...tableChecks,
  ...indexChecks,
  ...foreignKeyChecks,
  ...sequenceChecks,
  ...settingChecks,
  ...publicRightChecks,
];

const SEVERITIES = ['critical', 'warning', 'info'] as const;

/**
 * Looks at the health of a database and its server and changes nothing: any database, a replica too,
 * by any role that may connect. What the role is not shown is told in `unseen`.
 *
 * @param furtherChecks what else to look at: {@link roleChecks}, {@link readPackageChecks}
 * @throws CodedError `MIGRATOR.CONNECTION_FAILED`, `MIGRATOR.SERVER_UNSUPPORTED`
 */
export async function examineHealth(
  url: string,
  now: Date,
  furtherChecks: readonly HealthCheck[] = [],
): Promise<HealthReport> {
  return withReadTransaction(url, async (client) => {
    const { server, ...sight } = await openEyes(client, url);
    const observed: { readonly check: string; readonly seen: Observation }[] = [];
    for (const { name, look } of [...HEALTH_CHECKS, ...furtherChecks]) {
      observed.push({ check: name, seen: await perform(look, sight) });
    }
    const findings = observed.flatMap(({ seen }) => seen.findings);
    const ranked = SEVERITIES.flatMap((severity) =>
      findings.filter((it) => it.severity === severity),
    );
    const gravest = ranked[0]?.severity ?? 'info';
    return {
      state: gravest === 'info' ? 'ok' : gravest,
      takenAt: now.toISOString(),
      server,
      isReplica: sight.isReplica,
      findings: ranked,
      unseen: observed.flatMap(({ check, seen: { unseen } }) =>
        unseen === undefined ? [] : [{ check, why: unseen }],
      ),
      measures: observed.flatMap(({ seen }) => seen.measures),
    };
  });
}

async function openEyes(client: pg.Client, url: string): Promise<Sight & { server: string }> {
  const [row] = await ask<{ server: string; isReplica: boolean; seesSessions: boolean }>(
    { client },
    `select current_setting('server_version') as server, pg_is_in_recovery() as "isReplica",
       pg_has_role('pg_read_all_stats', 'usage') as "seesSessions"`,
  );
  return { client, url, server: '', isReplica: false, seesSessions: false, ...row };
}

/** A fault in a transaction ends it for all that follow, unless it is undone. */
async function perform(look: HealthCheck['look'], sight: Sight): Promise<Observation> {
  await sight.client.query('savepoint looked');
  try {
    const seen = await look(sight);
    await sight.client.query('release savepoint looked');
    return seen;
  } catch (error) {
    if (!isServerError(error)) throw error;
    await sight.client.query('rollback to savepoint looked');
    return { findings: [], measures: [], unseen: describeDatabaseError(error) };
  }
}
