import type { CommandContext } from '../command/package-command.ts';
import { agreementUnfit } from '../errors.ts';

interface Faults {
  readonly isOther: boolean;
  readonly isUnsigned: boolean;
  readonly isOver: boolean;
  readonly isElsewhere: boolean;
}

const WHY: Readonly<Record<keyof Faults, string>> = {
  isOther: 'It is no data use agreement with a recipient of data that lets data go.',
  isUnsigned: 'It is not signed.',
  isOver: 'It is not in effect today.',
  isElsewhere: 'It is of an organisation that --organization does not name.',
};

/**
 * Refuses a limited data set without a data use agreement that is in effect with its recipient (45 CFR
 * 164.514(e)(1), (4)). One of an organisation covers the charts of that organisation alone.
 *
 * @throws CodedError `COMPLIANCE.AGREEMENT_UNFIT`
 */
export async function requireAgreement(
  { session }: Pick<CommandContext, 'session'>,
  agreementId: string,
  organizationId: string | null,
): Promise<void> {
  const { rows } = await session.query<Faults>(
    `select not (type = 'DATA_USE_AGREEMENT' and phi_permitted
         and coalesce(counterparty_role = 'DATA_RECIPIENT', false)) as "isOther",
       coalesce(signed_at > now(), true) as "isUnsigned",
       not (effective_from <= current_date and coalesce(effective_to >= current_date, true)
         and coalesce(terminated_at > now(), true)) as "isOver",
       organization_id is distinct from $2::uuid and organization_id is not null as "isElsewhere"
     from legal_agreements where id = $1`,
    [agreementId, organizationId],
  );
  const [faults] = rows;
  if (faults === undefined) throw agreementUnfit('There is none with this id.');
  const fault = (Object.keys(WHY) as (keyof Faults)[]).find((name) => faults[name]);
  if (fault !== undefined) throw agreementUnfit(WHY[fault]);
}
