import { v7 as uuidV7 } from 'uuid';
import { alertEvidenceSchema } from '../audit.schema.ts';
import type { Session } from '../command/package-command.ts';
import { STREAM, type Detector, type Finding } from './detector.ts';
import type { Locate } from './locations.ts';
import type { Stretch } from './watched-place.ts';

/**
 * Goes through the new rows of the trail with one detector: one finding for each subject, the largest.
 * Without `locate`, one that judges by places finds nothing.
 */
export async function findSuspicions(
  session: Session,
  { sql, seconds, threshold, judge }: Detector,
  { after, to, floor }: Stretch,
  locate: Locate | null,
): Promise<Finding[]> {
  if (judge !== undefined && locate === null) return [];
  const { rows } = await session.query<Finding>(`with ${STREAM} ${sql}`, [
    ...[String(after), String(to), floor.toISOString(), seconds, threshold],
  ]);
  if (judge === undefined || locate === null) return rows;
  const found = new Map<string, Finding>();
  for (const row of rows) {
    const finding = judge(row, threshold, locate);
    if (finding === null) continue;
    const key = `${finding.organizationId ?? '-'} ${finding.subject}`;
    if ((found.get(key)?.observed ?? 0) < finding.observed) found.set(key, finding);
  }
  return [...found.values()];
}

/** How many alerts are new, and how many open ones were seen again. */
export interface Raised {
  readonly raised: number;
  readonly repeated: number;
}

/**
 * Raises an alert for each finding. Where one of the same subject is open, it counts up, and shows
 * what was the most; where one was found to be nothing lately, the detector may keep quiet.
 */
export async function raiseAlerts(
  session: Session,
  detector: Detector,
  findings: readonly Finding[],
): Promise<Raised> {
  if (findings.length === 0) return { raised: 0, repeated: 0 };
  const { rows } = await session.query<{ isNew: boolean }>(
    `insert into security_alerts as alert (id, rule, severity, organization_id, user_id, patient_id,
       evidence, dedupe_key, first_seen_at, last_seen_at)
     select given.id, $1, $2::severity, organizations.id, users.id, patients.id, given.evidence,
       given.key, given.first_seen_at, given.last_seen_at
     from jsonb_to_recordset($3::jsonb) as given (id uuid, organization_id uuid, user_id uuid,
       patient_id uuid, evidence jsonb, key text, first_seen_at timestamptz, last_seen_at timestamptz)
     left join organizations on organizations.id = given.organization_id
     left join users on users.id = given.user_id
     left join patients on patients.id = given.patient_id
     where not exists (
       select from security_alerts as settled
       where settled.user_id = given.user_id and settled.dedupe_key = given.key
         and settled.resolution in ('FALSE_POSITIVE', 'BENIGN')
         and settled.resolved_at > given.last_seen_at - make_interval(days => $4))
     order by given.key
     on conflict (dedupe_key) where resolved_at is null do update set count = alert.count + 1,
       first_seen_at = least(alert.first_seen_at, excluded.first_seen_at),
       last_seen_at = greatest(alert.last_seen_at, excluded.last_seen_at),
       evidence = case when (excluded.evidence -> 'observed')::int >= (alert.evidence -> 'observed')::int
         then excluded.evidence else alert.evidence end
     returning xmax = 0 as "isNew"`,
    [
      ...[detector.name, detector.severity],
      ...[JSON.stringify(findings.map((one) => rowOf(detector, one))), detector.quietDays ?? 0],
    ],
  );
  const raised = rows.filter(({ isNew }) => isNew).length;
  return { raised, repeated: rows.length - raised };
}

function rowOf({ name, seconds, threshold }: Detector, finding: Finding) {
  const { auditLogIds, sessionIds, apiKeyIds, patientIds, observed } = finding;
  return {
    id: uuidV7(),
    organization_id: finding.organizationId,
    user_id: finding.userId,
    patient_id: finding.patientId,
    evidence: alertEvidenceSchema.parse({
      ...{ auditLogIds, observed, threshold, windowSeconds: seconds },
      ...(sessionIds.length > 0 && { sessionIds }),
      ...(apiKeyIds.length > 0 && { apiKeyIds }),
      ...(patientIds.length > 0 && { patientIds }),
    }),
    key: [name, finding.organizationId ?? '-', finding.subject].join(' '),
    first_seen_at: finding.firstSeenAt,
    last_seen_at: finding.lastSeenAt,
  };
}
