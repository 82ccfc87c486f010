import { evidenceOf, type Detector } from './detector.ts';

/** Whether who opened one of `charts` treats the patient by name: in the care team, or as its physician. */
const IS_NAMED = `(exists (
    select from care_team_members as member
    left join practitioners on practitioners.id = member.practitioner_id
    where member.patient_id = any (charts.linked)
      and charts.user_id in (member.user_id, practitioners.user_id)
      and member.valid_from <= charts.at + interval '1 hour'
      and (member.valid_to is null or member.valid_to > charts.at))
  or exists (select from practitioners where practitioners.id = charts.general_practitioner_id
    and practitioners.user_id = charts.user_id))`;

/** Each chart that somebody opened under a condition is one finding. */
const chartsWhere = (condition: string, events = 'true') => `
  select charts.user_id || ' ' || charts.patient_id as subject,
    charts.organization_id as "organizationId", charts.user_id as "userId",
    charts.patient_id as "patientId", count(*)::int as observed, ${evidenceOf('events')}
  from charts join opened as events
    on events.user_id = charts.user_id and events.patient_id = charts.patient_id
      and events.organization_id is not distinct from charts.organization_id
  cross join rule
  where ${condition} and ${events}
  group by charts.user_id, charts.patient_id, charts.organization_id, rule.threshold
  having count(*) > rule.threshold`;

/** Each opening counts, and a week is given to whoever had reason to. */
const EACH = { seconds: 86_400, threshold: 0, quietDays: 7 };

/** Charts that somebody should not open without good cause, whatever the role lets. */
export const chartDetectors: readonly Detector[] = [
  {
    name: 'own-family',
    summary: 'opened the chart of a relative',
    ...{ severity: 'MEDIUM', ...EACH },
    // Named at the relative's chart, at the own one, or with the relative at that of a third, as parents.
    sql: chartsWhere(`(
      exists (select from patient_relationships as tie
        where tie.patient_id = any (charts.linked) and tie.related_user_id = charts.user_id)
      or exists (select from patients as own join patient_relationships as tie on tie.patient_id = own.id
        where own.user_id = charts.user_id and tie.related_user_id = charts.person_id)
      or exists (select from patient_relationships as mine
        join patient_relationships as theirs on theirs.patient_id = mine.patient_id
        where mine.related_user_id = charts.user_id and theirs.related_user_id = charts.person_id))`),
  },
  {
    name: 'colleague',
    summary: 'opened the chart of somebody of the same organisation without treating them by name',
    ...{ severity: 'MEDIUM', ...EACH },
    sql: chartsWhere(`exists (select from users as colleague where colleague.id = charts.person_id
        and colleague.organization_id = charts.organization_id) and not ${IS_NAMED}`),
  },
  {
    name: 'vip',
    summary:
      'opened a restricted chart (confidentiality R or V) without treating the patient by name',
    ...{ severity: 'HIGH', ...EACH },
    sql: chartsWhere(`charts.confidentiality in ('R', 'V') and not ${IS_NAMED}`),
  },
  {
    name: 'no-relationship',
    summary:
      'opened a chart with no part in the care: not named, and no encounter of the patient about that time',
    ...{ severity: 'MEDIUM', ...EACH },
    // What is done in an emergency has a review of its own.
    sql: chartsWhere(
      `not ${IS_NAMED} and not exists (
        select from encounters left join practitioners on practitioners.user_id = charts.user_id
        where encounters.patient_id = any (charts.linked) and encounters.entered_in_error_at is null
          and (charts.user_id = encounters.entered_by_id
            or practitioners.id in (encounters.attending_id, encounters.recorder_id)
            or (coalesce(encounters.period_start, encounters.recorded_at) - interval '2 days' <= charts.at
              and coalesce(encounters.period_end,
                coalesce(encounters.period_start, encounters.recorded_at) + interval '90 days')
                + interval '30 days' >= charts.at)))`,
      `coalesce(events.purpose_of_use not in ('BTG', 'ETREAT'), true)`,
    ),
  },
];
