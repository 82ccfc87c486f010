import type { Locate } from './locations.ts';

/** How serious an alert is at once; a column of `SecurityAlert`. */
type AlertSeverity = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

/** A rule that finds suspicious acts in the trail: data, which `audit watch` goes through. */
export interface Detector {
  /** `SecurityAlert.rule`. */
  readonly name: string;
  readonly summary: string;
  readonly severity: AlertSeverity;
  /** How far each look goes back from a new row. */
  readonly seconds: number;
  /** What is observed must be more than this. */
  readonly threshold: number;
  /** For so many days after an officer found the same to be nothing, it raises nothing; none unless told. */
  readonly quietDays?: number;
  /**
   * A select over {@link STREAM} that answers a {@link Finding}: one row for each `subject`. It sees
   * the new rows, and what it looks up behind them in `audit_logs` by its indexes.
   */
  readonly sql: string;
  /** Where the select cannot tell: what it observed by the places of addresses, or that it is nothing. */
  readonly judge?: (finding: Finding, threshold: number, locate: Locate) => Finding | null;
}

/** What a detector found of one subject. */
export interface Finding {
  /** What is one alert while it is open, besides the detector and the organisation. */
  readonly subject: string;
  readonly organizationId: string | null;
  readonly userId: string | null;
  readonly patientId: string | null;
  readonly observed: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly auditLogIds: readonly string[];
  readonly sessionIds: readonly string[];
  readonly apiKeyIds: readonly string[];
  readonly patientIds: readonly string[];
}

/** Of rows `alias` of the trail: whether somebody opened or changed a chart. */
export const isChart = (alias: string): string => `(${alias}.event_type in ('PHI_READ',
  'PHI_CREATE', 'PHI_UPDATE', 'PHI_DELETE', 'PHI_PRINT', 'PHI_EXPORT') and ${alias}.outcome = '0'
  and ${alias}.user_id is not null and ${alias}.patient_id is not null
  and ${alias}.resource_type is distinct from 'AuditLog'
  and ${alias}.resource_type is distinct from 'SecurityAlert'
  and ${alias}.resource_type is distinct from 'EmergencyAccess')`;

/** The columns of a {@link Finding} that rows of the trail, `alias`, give by themselves. */
export const evidenceOf = (alias: string): string => `
  min(${alias}.timestamp) as "firstSeenAt", max(${alias}.timestamp) as "lastSeenAt",
  (array_agg(${alias}.id order by ${alias}.timestamp desc, ${alias}.id))[:200] as "auditLogIds",
  ${distinct(alias, 'session_id', 50)} as "sessionIds",
  ${distinct(alias, 'api_key_id', 50)} as "apiKeyIds",
  ${distinct(alias, 'patient_id', 200)} as "patientIds"`;

function distinct(alias: string, column: string, most: number): string {
  const of = `${alias}.${column}`;
  return `coalesce((array_agg(distinct ${of}) filter (where ${of} is not null))[:${most}], '{}')`;
}

/**
 * What detectors select from. `rule` is the detector's own window and threshold; `fresh` the rows of the
 * trail that are new; `opened` those of them by which somebody opened a chart; `charts` who opened
 * whose, but for the person's own and those of whom the person represents (45 CFR 164.502(g)).
 *
 * Parameters: the number behind which and up to which rows are new, a time before which none is, the
 * seconds and the threshold of the detector.
 */
export const STREAM = `
rule as materialized (select make_interval(secs => $4::float8) as period, $5::int as threshold),
fresh as materialized (
  select logs.* from generate_series(0, 255) as shards (shard), lateral (
    select * from audit_logs
    where audit_logs.shard = shards.shard and audit_logs.seq > $1::bigint
      and audit_logs.seq <= $2::bigint and audit_logs.timestamp >= $3::timestamptz) as logs),
opened as materialized (select * from fresh where ${isChart('fresh')}),
charts as materialized (
  select pairs.*, patients.user_id as person_id, patients.confidentiality,
    patients.general_practitioner_id, linked.ids as linked
  from (select user_id, organization_id, patient_id, max(timestamp) as at from opened
    group by user_id, organization_id, patient_id) as pairs
  join patients on patients.id = pairs.patient_id,
  lateral (select linked_patients(patients.id) as ids) as linked
  where not exists (
    select from patients as self where self.id = any (linked.ids) and self.user_id = pairs.user_id)
  and not exists (
    select from patient_relationships as tie join patients as self on self.id = tie.patient_id
    where tie.patient_id = any (linked.ids) and tie.related_user_id = pairs.user_id
      and tie.is_personal_representative and tie.scope <> 'NONE'
      and tie.valid_from <= pairs.at and (tie.valid_to is null or tie.valid_to > pairs.at)
      and (tie.revoked_at is null or tie.revoked_at > pairs.at)
      and not (tie.ends_at_majority
        and coalesce(self.majority_on <= (pairs.at at time zone 'UTC')::date, true))))`;
