import { deliverMessages, type IdentityContext, type Senders } from '@holovitals/identity';
import type { FastifyBaseLogger } from 'fastify';

const PAUSE = 2_000;

/** Sends the outbox's messages every two seconds, one run at a time; answers how to stop. */
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
  let running = Promise.resolve();
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    running = deliverMessages(identity, senders, baseUrl)
      .then((sent) => sent > 0 && log.info({ sent }, 'messages sent'))
      .catch((error: unknown) => {
        const { code = 'UNKNOWN' } = error as { code?: string };
        log.error({ code }, 'the outbox cannot be read');
      })
      .then(() => {
        isBusy = false;
      });
  }, PAUSE);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
