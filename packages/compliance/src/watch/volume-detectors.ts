import { evidenceOf, isChart, type Detector } from './detector.ts';

/** More than anybody's work asks for. */
export const volumeDetectors: readonly Detector[] = [
  {
    name: 'many-charts',
    summary: 'opened many charts in a short time',
    ...{ severity: 'HIGH', seconds: 3600, threshold: 60 },
    sql: `
      select distinct on (ends.user_id, ends.organization_id) ends.user_id::text as subject,
        ends.organization_id as "organizationId", ends.user_id as "userId", null::uuid as "patientId",
        seen.*
      from (
        select user_id, organization_id, max(timestamp) as at from opened
        group by user_id, organization_id, date_bin('5 minutes', timestamp, 'epoch')) as ends
      cross join rule, lateral (
        select count(distinct logs.patient_id)::int as observed, ${evidenceOf('logs')}
        from audit_logs as logs
        where logs.user_id = ends.user_id and logs.timestamp > ends.at - rule.period
          and logs.timestamp <= ends.at and ${isChart('logs')}
          and logs.organization_id is not distinct from ends.organization_id) as seen
      where seen.observed > rule.threshold
      order by ends.user_id, ends.organization_id, seen.observed desc`,
  },
  {
    name: 'export-volume',
    summary: 'exported many records within a day',
    ...{ severity: 'HIGH', seconds: 86_400, threshold: 1000 },
    sql: `
      select ends.user_id::text as subject, ends.organization_id as "organizationId",
        ends.user_id as "userId", null::uuid as "patientId", seen.*
      from (
        select user_id, organization_id, max(timestamp) as at from fresh
        where event_type = 'PHI_EXPORT' and outcome = '0' and user_id is not null
        group by user_id, organization_id) as ends
      cross join rule, lateral (
        select least(sum(coalesce(logs.record_count, 1)), 2147483647)::int as observed,
          ${evidenceOf('logs')}
        from audit_logs as logs
        where logs.user_id = ends.user_id and logs.timestamp > ends.at - rule.period
          and logs.timestamp <= ends.at and logs.event_type = 'PHI_EXPORT' and logs.outcome = '0'
          and logs.organization_id is not distinct from ends.organization_id) as seen
      where seen.observed > rule.threshold`,
  },
];
