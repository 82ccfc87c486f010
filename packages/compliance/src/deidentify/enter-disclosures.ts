import type { Session } from '../command/package-command.ts';
import { LIMITED_PURPOSES, type LimitedPurpose } from './limited-purpose.ts';

/** Under what a limited data set leaves. */
export interface LimitedDisclosure {
  readonly agreementId: string;
  readonly purpose: LimitedPurpose;
  readonly approvedById: string | null;
}

/**
 * Enters for each person of the export that the records went to the party of the agreement, in the
 * transaction of the export. Accountings leave these out (45 CFR 164.528(a)(1)(viii)).
 */
export async function enterDisclosures(
  session: Session,
  { agreementId, purpose, approvedById }: LimitedDisclosure,
): Promise<void> {
  await session.query(
    `insert into disclosures (id, patient_id, disclosed_at, disclosed_by_id, recipient_name,
       recipient_id, description, purpose, legal_basis, purpose_of_use, is_accountable)
     select uuid_v7(), person.root, now(), $3, party.name, party.id, 'Limited data set.',
       concat_ws(' ', agreement.title, agreement.version), 'LIMITED_DATA_SET',
       $2::purpose_of_use, false
     from (select distinct root from export_people) as person,
       legal_agreements as agreement
       join organizations as party on party.id = agreement.counterparty_id
     where agreement.id = $1`,
    [agreementId, LIMITED_PURPOSES[purpose], approvedById],
  );
}
