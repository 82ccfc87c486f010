import type { Session } from '../command/package-command.ts';

/** The event from which a period runs. */
export type StartsFrom = 'CREATED' | 'LAST_IN_EFFECT' | 'LAST_ENCOUNTER' | 'MAJORITY';

/** An active `DataRetentionPolicy`. */
export interface RetentionPolicy {
  readonly id: string;
  readonly name: string;
  readonly days: number;
  readonly years: number | null;
  readonly startsFrom: StartsFrom;
  readonly dataType: string;
  readonly legalBasis: string | null;
  readonly action: 'ARCHIVE' | 'DELETE' | 'SHRED' | 'REVIEW';
  readonly minorExtensionYears: number;
}

/** SQL: the columns of a policy. */
export const POLICY_COLUMNS = `id, name, retention_period_days as days, retention_years as years,
  starts_from as "startsFrom", data_type as "dataType", legal_basis as "legalBasis", action,
  minor_extension_years as "minorExtensionYears"`;

/** Reads the active policies, by name. */
export async function readPolicies(session: Session): Promise<RetentionPolicy[]> {
  const { rows } = await session.query<RetentionPolicy>(
    `select ${POLICY_COLUMNS} from data_retention_policies where is_active order by name`,
  );
  return rows;
}
