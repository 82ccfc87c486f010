import { callAs, type Actor, type Database } from '@holovitals/database';

/** The id of no patient. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** What closes the rights of a caller to the records of others. */
export interface ClosedRights {
  /** The course that is lacking. */
  readonly training: string | null;
  /** Whether the organisation acted in has no agreement with the one that keeps the patient's chart. */
  readonly isAgreementMissing: boolean;
}

/** Finds what closes the caller's rights, for one patient or at all; null where they are open. */
export async function findClosedRights(
  db: Database,
  actor: Actor,
  patientId: string | null,
): Promise<ClosedRights | null> {
  const call = { routine: 'rights_closed_by', subject: patientId ?? NOBODY, options: {} };
  return (await callAs(db, actor, call)) as ClosedRights | null;
}
