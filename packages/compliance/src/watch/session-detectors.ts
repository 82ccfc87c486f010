import { evidenceOf, isChart, type Detector } from './detector.ts';

const isFailure = (alias: string) => `(${alias}.event_type = 'LOGIN_FAILED'
  or ${alias}.event_type = 'MFA' and ${alias}.outcome <> '0')`;

const isNight = (local: string) =>
  `(extract(hour from ${local}) >= 22 or extract(hour from ${local}) < 6)`;

/** The night to which a local time belongs, by the day it began. */
const nightOf = (local: string) => `(${local} - interval '12 hours')::date`;

/** Log-ins that fail, and work at times that are not the person's. */
export const sessionDetectors: readonly Detector[] = [
  {
    name: 'failed-logins',
    summary: 'many log-ins or second factors of one account failed',
    ...{ severity: 'MEDIUM', seconds: 3600, threshold: 10 },
    sql: `
      select ends.user_id::text as subject, users.organization_id as "organizationId",
        ends.user_id as "userId", null::uuid as "patientId", seen.*
      from (
        select user_id, max(timestamp) as at from fresh
        where user_id is not null and ${isFailure('fresh')} group by user_id) as ends
      left join users on users.id = ends.user_id
      cross join rule, lateral (
        select count(*)::int as observed, ${evidenceOf('logs')}
        from audit_logs as logs
        where logs.user_id = ends.user_id and logs.timestamp > ends.at - rule.period
          and logs.timestamp <= ends.at and ${isFailure('logs')}) as seen
      where seen.observed > rule.threshold`,
  },
  {
    name: 'guessed-accounts',
    summary: 'log-ins to many accounts, or to none that is there, failed from one address',
    ...{ severity: 'HIGH', seconds: 3600, threshold: 20 },
    // An attempt at an account that is not there counts as another one.
    sql: `
      select host(ends.ip) as subject, null::uuid as "organizationId", null::uuid as "userId",
        null::uuid as "patientId", seen.*
      from (
        select ip, max(timestamp) as at from fresh
        where ip is not null and event_type = 'LOGIN_FAILED' group by ip) as ends
      cross join rule, lateral (
        select count(distinct coalesce(logs.user_id, logs.id))::int as observed, ${evidenceOf('logs')}
        from audit_logs as logs
        where logs.event_type = 'LOGIN_FAILED' and logs.timestamp > ends.at - rule.period
          and logs.timestamp <= ends.at and logs.ip = ends.ip) as seen
      where seen.observed > rule.threshold`,
  },
  {
    name: 'odd-hours',
    summary:
      'opened charts between ten at night and six, as the organisation has it, and does not work at night',
    ...{ severity: 'LOW', seconds: 8 * 3600, threshold: 2 },
    // Of the four weeks before, five days of work must be known, and no night.
    sql: `
      select ends.user_id || ' ' || ends.night as subject, ends.organization_id as "organizationId",
        ends.user_id as "userId", null::uuid as "patientId", seen.*
      from (
        select opened.user_id, opened.organization_id, zone.name as zone, ${nightOf('zone.at')} as night,
          max(opened.timestamp) as at
        from opened left join organizations on organizations.id = opened.organization_id,
        lateral (select coalesce(organizations.timezone, 'UTC') as name,
          opened.timestamp at time zone coalesce(organizations.timezone, 'UTC') as at) as zone
        where ${isNight('zone.at')}
        group by 1, 2, 3, 4) as ends
      cross join rule, lateral (
        select count(distinct logs.patient_id)::int as observed, ${evidenceOf('logs')}
        from audit_logs as logs
        where logs.user_id = ends.user_id and logs.timestamp > ends.at - rule.period
          and logs.timestamp <= ends.at and ${isChart('logs')}
          and logs.organization_id is not distinct from ends.organization_id
          and ${isNight('(logs.timestamp at time zone ends.zone)')}) as seen
      cross join lateral (
        select count(distinct (before.timestamp at time zone ends.zone)::date) as days,
          count(distinct ${nightOf('(before.timestamp at time zone ends.zone)')})
            filter (where ${isNight('(before.timestamp at time zone ends.zone)')}) as nights
        from audit_logs as before
        where before.user_id = ends.user_id and before.timestamp > ends.at - interval '28 days'
          and before.timestamp <= ends.at - interval '12 hours' and ${isChart('before')}) as habit
      where seen.observed > rule.threshold and habit.days >= 5 and habit.nights = 0`,
  },
];
