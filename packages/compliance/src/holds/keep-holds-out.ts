import type { Session } from '../command/package-command.ts';

/**
 * Lets no hold be placed until the transaction ends: one that was placed before is seen by it, one
 * that comes later finds what was removed gone, and no row slips through between.
 */
export async function keepHoldsOut(session: Session): Promise<void> {
  await session.query('lock table legal_holds in share mode');
}
