import { deliverMessages, type IdentityContext, type Senders } from '@holovitals/identity';
import type { FastifyBaseLogger } from 'fastify';
import { repeatInBackground } from './repeat-in-background.ts';

const PAUSE = 2_000;

/** Sends the outbox's messages every two seconds; answers how to stop. */
export function deliverInBackground(
  identity: IdentityContext,
  senders: Senders,
  baseUrl: string,
  log: FastifyBaseLogger,
): () => Promise<void> {
  if (Object.keys(senders).length === 0) {
    log.warn('neither a mail server nor Twilio is configured: messages wait in the outbox');
    return () => Promise.resolve();
  }
  return repeatInBackground({
    every: PAUSE,
    async work() {
      const sent = await deliverMessages(identity, senders, baseUrl);
      if (sent > 0) log.info({ sent }, 'messages sent');
    },
    failed(code) {
      log.error({ code }, 'the outbox cannot be read');
    },
  });
}
