import { raiseClockAlerts } from '@holovitals/compliance';
import type { IdentityContext } from '@holovitals/identity';
import type { FastifyBaseLogger } from 'fastify';
import { repeatInBackground } from './repeat-in-background.ts';

const TEN_MINUTES = 600_000;

/** Raises the alerts of legal clocks every ten minutes; answers how to stop. */
export function alertInBackground(
  identity: IdentityContext,
  log: FastifyBaseLogger,
): () => Promise<void> {
  return repeatInBackground({
    every: TEN_MINUTES,
    async work(signal) {
      const alerts = await raiseClockAlerts(identity, signal);
      if (alerts.near + alerts.passed > 0) log.info({ alerts }, 'legal clocks');
    },
    failed(code) {
      log.error({ code }, 'the legal clocks cannot be watched');
    },
  });
}
