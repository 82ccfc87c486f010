import { quoteName, type Session } from '../command/package-command.ts';
import type { ExportProfile } from './export-profile.ts';
import { LIMITED_PURPOSES, type LimitedPurpose } from './limited-purpose.ts';
import { PATIENT, type ExportedTable } from './plan-export.ts';

/** Whose rows are exported, and how. */
interface AliasOrder {
  readonly profile: ExportProfile;
  readonly organizationId: string | null;
  /** Of a limited data set: those who restricted it are left out. */
  readonly purpose: LimitedPurpose | null;
}

/**
 * Gives each person and each row of the export a random id, in tables of this transaction that nobody
 * else sees and that are gone with it: ids are not derived from anything (45 CFR 164.514(c)), and
 * memory stays flat. Charts that were merged are one person.
 */
export async function prepareAliases(
  session: Session,
  tables: readonly ExportedTable[],
  { profile, organizationId, purpose }: AliasOrder,
): Promise<void> {
  await session.query(
    `create temporary table export_people (id uuid primary key, root uuid not null) on commit drop`,
  );
  await session.query(
    `create temporary table export_aliases (source int not null, id uuid not null,
       alias uuid not null default gen_random_uuid(), primary key (source, id)) on commit drop`,
  );
  await session.query(`create temporary table export_cells (cell text not null) on commit drop`);
  await session.query(
    `with recursive chain as (
       select id, id as root from patients
       where merged_into_id is null and ($1::uuid is null or organization_id = $1)
         and ($2::text is null or not exists (
           select from patient_privacy_requests as request
           where request.patient_id = patients.id
             and request.kind in ('RESTRICTION', 'SELF_PAY_RESTRICTION', 'OPT_OUT')
             and request.disposition in ('AGREED', 'PARTLY_AGREED')
             and request.effective_from <= now()
             and (request.effective_to is null or request.effective_to > now())
             and $2 = any (request.restricted_purposes::text[])))
       union all
       select patients.id, chain.root from patients join chain on patients.merged_into_id = chain.id)
     insert into export_people select id, root from chain`,
    [organizationId, purpose === null ? null : LIMITED_PURPOSES[purpose]],
  );
  for (const [source, table] of tables.entries()) {
    await session.query(
      `insert into export_aliases (source, id) select $1, t.id from ${quoteName(table.table)} as t
         join export_people as person on person.id = t.${quoteName(table.patientColumn)}
       where ${whereOf(table, profile)}`,
      [source],
    );
  }
  await session.query(`create unique index on export_aliases (source, alias)`);
  await session.query(`analyze export_people, export_aliases`);
}

/** Rows that were wrong stay; of a limited data set also those that ask for a consent of their own. */
function whereOf({ present, model }: ExportedTable, profile: ExportProfile): string {
  const parts = [
    ...(model === PATIENT ? ['person.id = person.root'] : []),
    ...(present.has('entered_in_error_at') ? ['t.entered_in_error_at is null'] : []),
  ];
  if (profile === 'LIMITED_DATA_SET' && present.has('security_labels')) {
    parts.push(
      `t.confidentiality <> 'V'`,
      `not t.security_labels && array['PSYTHPN', '42CFRPart2']`,
    );
  }
  return parts.length === 0 ? 'true' : parts.join(' and ');
}
