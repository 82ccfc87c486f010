import { withActor, type Actor, type AuditEvent, type Transaction } from '@holovitals/database';
import { isCodedError } from '@holovitals/errors';
import type { ComplianceContext } from '../audit/list-accesses.ts';

/**
 * Does what concerns a patient in one transaction, as somebody. An attempt that is refused stays in
 * the trail, as that of `refused`; the work itself writes the row of its success.
 */
export async function inTrail<T>(
  { db, audit }: Pick<ComplianceContext, 'db' | 'audit'>,
  actor: Actor,
  attempt: Omit<AuditEvent, 'outcome'>,
  work: (tx: Transaction) => Promise<T>,
  refused: Actor = actor,
): Promise<T> {
  try {
    return await withActor(db, actor, work);
  } catch (error) {
    if (isCodedError(error) && (error.kind === 'missing' || error.kind === 'forbidden')) {
      await withActor(db, refused, (tx) =>
        audit(tx, refused, [{ ...attempt, outcome: 'MINOR_FAILURE' }]),
      );
    }
    throw error;
  }
}
