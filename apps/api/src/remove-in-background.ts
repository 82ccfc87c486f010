import { findHeldAccounts } from '@holovitals/compliance';
import { removeEnded, type IdentityContext } from '@holovitals/identity';
import type { FastifyBaseLogger } from 'fastify';
import { repeatInBackground } from './repeat-in-background.ts';

const HOUR = 3_600_000;

/** Removes what is over every hour; answers how to stop. */
export function removeInBackground(
  identity: IdentityContext,
  log: FastifyBaseLogger,
): () => Promise<void> {
  return repeatInBackground({
    every: HOUR,
    async work(signal) {
      const held = await findHeldAccounts(identity.db);
      const removed = await removeEnded(identity, { held, signal });
      if (Object.values(removed).some((count) => count > 0)) log.info({ removed }, 'upkeep');
    },
    failed(code) {
      log.error({ code }, 'the upkeep failed');
    },
  });
}
