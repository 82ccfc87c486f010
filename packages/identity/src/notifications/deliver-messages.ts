import type { IdentityContext } from '../context.ts';
import { claimMessages, readMessage, settleMessage, type ClaimedMessage } from './outbox.store.ts';
import { renderMessage, type RenderedMessage } from './render-message.ts';

const BATCH = 20;
const MOST_ATTEMPTS = 8;
const SENDING_LIMIT = 60_000;

/** Sends one message; answers the carrier's id, or throws an error with a `code`. */
export type SendMessage = (to: string, message: RenderedMessage) => Promise<string | null>;

/** How messages travel, by channel. */
export type Senders = Readonly<Partial<Record<string, SendMessage>>>;

/**
 * Sends what is due in the outbox, twenty at a time. A message that fails is tried again after a
 * growing pause, eight times at most, and holds up no other; one whose sender died is taken over
 * after a minute. Channels without a sender wait. Answers how many were sent.
 */
export async function deliverMessages(
  { db, clock }: Pick<IdentityContext, 'db' | 'clock'>,
  senders: Senders,
  baseUrl: string,
): Promise<number> {
  const channels = Object.keys(senders);
  for (let sent = 0; ;) {
    const now = clock();
    const retryAt = new Date(now.getTime() + SENDING_LIMIT);
    const messages = await claimMessages(db, channels, BATCH, now, retryAt);
    if (messages.length === 0) return sent;
    // At once, so that the slowest of them ends before another sender may take it over.
    const outcomes = await Promise.all(messages.map(deliver));
    sent += outcomes.filter((isSent) => isSent).length;
  }

  async function deliver({ id, channel, attempts }: ClaimedMessage): Promise<boolean> {
    try {
      const { templateKey, recipient, params } = await readMessage(db, id);
      const message = renderMessage(templateKey, params, baseUrl);
      const providerMessageId = (await senders[channel]?.(recipient, message)) ?? null;
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
