import { Prisma, type Database, type Transaction } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';

/** A message to be sent: who gets which template with which values. */
export interface OutgoingMessage {
  readonly userId: string | null;
  readonly channel: 'EMAIL' | 'SMS';
  readonly recipient: string;
  readonly templateKey: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Writes a message to the outbox, in the transaction of the act that asks for it. */
export async function queueMessage(
  tx: Transaction,
  message: OutgoingMessage,
  now: Date,
  status: 'QUEUED' | 'CANCELLED' = 'QUEUED',
): Promise<void> {
  const { userId, channel, recipient, templateKey, params } = message;
  const id = uuidV7();
  await tx.notification.create({
    data: {
      id,
      userId,
      channel,
      templateKey,
      status,
      recipientCiphertext: recipient,
      paramsCiphertext: JSON.stringify(params),
      idempotencyKey: `${templateKey}/${id}`,
      nextAttemptAt: now,
    },
    select: { id: true },
  });
}

/** A message a sender took on. */
export interface ClaimedMessage {
  readonly id: string;
  readonly channel: string;
  readonly attempts: number;
}

/**
 * Takes messages of these channels that are due; whoever takes one has until `retryAt` to send it.
 * Any number of senders may ask at once: none takes what another has.
 */
export async function claimMessages(
  db: Database,
  channels: readonly string[],
  limit: number,
  now: Date,
  retryAt: Date,
): Promise<ClaimedMessage[]> {
  return await db.$queryRaw<ClaimedMessage[]>(Prisma.sql`
    update notifications set status = 'SENDING', attempts = attempts + 1, next_attempt_at = ${retryAt}
    where id in (
      select id from notifications
      where status in ('QUEUED', 'SENDING') and next_attempt_at <= ${now}
        and channel::text = any (${channels})
      order by next_attempt_at limit ${limit} for update skip locked)
    returning id, channel::text as channel, attempts`);
}

/** What a message says, and to whom; fails where it does not decrypt. */
export async function readMessage(db: Database, id: string) {
  const row = await db.notification.findUniqueOrThrow({
    where: { id },
    select: { templateKey: true, recipientCiphertext: true, paramsCiphertext: true },
  });
  return {
    templateKey: row.templateKey,
    recipient: row.recipientCiphertext ?? '',
    params: JSON.parse(row.paramsCiphertext ?? '{}') as Readonly<Record<string, string>>,
  };
}

/** Notes what became of a message; one that goes out no more keeps no tokens and codes. */
export async function settleMessage(
  db: Database,
  id: string,
  outcome:
    | { readonly status: 'SENT'; readonly sentAt: Date; readonly providerMessageId: string | null }
    | {
        readonly status: 'QUEUED' | 'FAILED';
        readonly failureCode: string;
        readonly nextAttemptAt: Date | null;
      },
): Promise<void> {
  const isOver = outcome.status !== 'QUEUED';
  await db.notification.update({
    where: { id },
    data: { ...outcome, ...(isOver && { paramsCiphertext: null }) },
    select: { id: true },
  });
}
