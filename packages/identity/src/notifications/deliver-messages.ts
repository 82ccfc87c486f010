import type { IdentityContext } from '../context.ts';
import { claimMessages, settleMessage, type ClaimedMessage } from './outbox.store.ts';
import { renderMessage, type RenderedMessage } from './render-message.ts';

const BATCH = 20;
const MOST_ATTEMPTS = 8;
const SENDING_LIMIT = 60_000;

/** Sends one message; answers the carrier's id, or throws an error with a `code`. */
export type SendMessage = (to: string, message: RenderedMessage) => Promise<string | null>;

/** How messages travel; a channel without a sender keeps its messages queued. */
export type Senders = Readonly<Partial<Record<string, SendMessage>>>;

/**
 * Sends what is due in the outbox. A message that fails is tried again after a growing pause, eight
 * times at most; one whose sender died is taken over after a minute. Answers how many were sent.
 */
export async function deliverMessages(
  { db, clock }: Pick<IdentityContext, 'db' | 'clock'>,
  senders: Senders,
  baseUrl: string,
): Promise<number> {
  let sent = 0;
  for (;;) {
    const now = clock();
    const messages = await claimMessages(db, BATCH, now, new Date(now.getTime() + SENDING_LIMIT));
    if (messages.length === 0) return sent;
    for (const message of messages) {
      if (await deliver(message)) sent += 1;
    }
  }

  async function deliver(message: ClaimedMessage): Promise<boolean> {
    const { id, channel, attempts, recipient, templateKey, params } = message;
    try {
      const send = senders[channel];
      if (send === undefined) throw Object.assign(new Error(), { code: 'NO_SENDER' });
      const providerMessageId = await send(recipient, renderMessage(templateKey, params, baseUrl));
      await settleMessage(db, id, { status: 'SENT', sentAt: clock(), providerMessageId });
      return true;
    } catch (error) {
      const { code } = error as { code?: unknown };
      const failureCode = typeof code === 'string' ? code.slice(0, 100) : 'UNKNOWN';
      const isLast = attempts >= MOST_ATTEMPTS;
      await settleMessage(db, id, {
        status: isLast ? 'FAILED' : 'QUEUED',
        failureCode,
        nextAttemptAt: isLast ? null : new Date(clock().getTime() + 2 ** attempts * 15_000),
      });
      return false;
    }
  }
}
