import { inDays, type AuditMonth } from '../archive/audit-months.ts';
import type { Session } from '../command/package-command.ts';

/**
 * Finds the live legal holds that a month of the audit log has rows of: by patient (and the records
 * merged with it), person (and their keys), organisation and what belongs to them, or the thing that was touched; and
 * those on the policy or on the month's archive. A day of a hold is taken as wide as the time zones
 * have it, from 14 hours before midnight in UTC to 12 hours after its end: the last day before a month
 * and the first one after it cover rows of the month. A hold that is to be released later is live.
 *
 * @returns ids of holds: their names may name people
 */
export async function findMonthHolds(
  session: Session,
  { table, start, end, manifest }: AuditMonth,
  policyIds: readonly string[],
): Promise<string[]> {
  const { rows } = await session.query<{ id: string }>(
    `select hold.id from legal_holds as hold
     where (hold.released_at is null or hold.released_at > now())
       and (hold.data_from is null or hold.data_from <= $2::date)
       and (hold.data_to is null or hold.data_to >= $1::date - 1)
       and (case hold.scope_type
         when 'DataRetentionPolicy' then hold.scope_id = any ($3::uuid[])
         when 'AuditLogArchive' then hold.scope_id = $4::uuid
         when 'Patient' then exists (
           select from ${table} as log
           where log.patient_id = any ((select linked_patients(hold.scope_id) || hold.scope_id)::uuid[]))
         when 'User' then exists (select from ${table} as log where log.user_id = hold.scope_id)
           or exists (select from ${table} as log where log.on_behalf_of_id = hold.scope_id)
           or exists (select from api_keys join ${table} as log on log.api_key_id = api_keys.id
                      where api_keys.owner_user_id = hold.scope_id)
           or exists (select from patients join ${table} as log on log.patient_id = patients.id
                      where patients.user_id = hold.scope_id)
         when 'Organization' then exists (
             select from ${table} as log where log.organization_id = hold.scope_id)
           or exists (select from users join ${table} as log on log.user_id = users.id
                      where users.organization_id = hold.scope_id)
           or exists (select from patients join ${table} as log on log.patient_id = patients.id
                      where patients.organization_id = hold.scope_id)
         else false end
         or exists (
           select from ${table} as log
           where log.resource_type = hold.scope_type and log.resource_id = hold.scope_id::text))
     order by hold.id`,
    [inDays(start), inDays(end), policyIds, manifest?.id ?? null],
  );
  return rows.map(({ id }) => id);
}
