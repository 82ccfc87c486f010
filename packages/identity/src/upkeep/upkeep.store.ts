import { Prisma, type Transaction } from '@holovitals/database';
import { ACCOUNT_TEMPLATES } from '../notifications/render-message.ts';

/** Which rows are over: older than `before`, and of nobody who is held. */
export interface Ended {
  readonly before: Date;
  /** Accounts that a legal hold freezes. */
  readonly held: readonly string[];
  readonly limit: number;
}

/** Removes whole families of sessions whose time is over; answers how many sessions. */
export async function deleteSessions(tx: Transaction, ended: Ended): Promise<number> {
  const { before, held, limit } = ended;
  // Those of a family end at one instant, so that none is left that leads back to a removed one.
  return await tx.$executeRaw(Prisma.sql`
    delete from user_sessions where family_id in (
      select family_id from user_sessions
      where id = family_id and absolute_expires_at < ${before}
        and user_id <> all (${[...held]}::uuid[])
      order by absolute_expires_at limit ${limit} for update skip locked)`);
}

/** Removes challenges that can prove nothing any more; answers how many. */
export async function deleteChallenges(tx: Transaction, ended: Ended): Promise<number> {
  const { before, held, limit } = ended;
  return await tx.$executeRaw(Prisma.sql`
    delete from identity_challenges where id in (
      select id from identity_challenges
      where expires_at < ${before} and (user_id is null or user_id <> all (${[...held]}::uuid[]))
      order by expires_at limit ${limit} for update skip locked)`);
}

/** Removes messages of accounts that were sent, or never will be; answers how many. */
export async function deleteMessages(tx: Transaction, ended: Ended): Promise<number> {
  const { before, held, limit } = ended;
  return await tx.$executeRaw(Prisma.sql`
    delete from notifications where id in (
      select id from notifications
      where created_at < ${before} and status not in ('QUEUED', 'SENDING')
        and template_key = any (${[...ACCOUNT_TEMPLATES]})
        and (user_id is null or user_id <> all (${[...held]}::uuid[]))
      order by id limit ${limit} for update skip locked)`);
}

/** Accounts that waited for their proof since before then, oldest first, after this one. */
export async function findUnproven(tx: Transaction, ended: Ended, after: string | null) {
  const { before, held, limit } = ended;
  return await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    select id from users
    where status = 'PENDING' and email_verified_at is null and updated_at < ${before}
      and id <> all (${[...held]}::uuid[]) and (${after}::uuid is null or id > ${after}::uuid)
    order by id limit ${limit}`);
}

/**
 * Removes an account that still waits for its proof, with its roles, challenges and messages. Fails
 * where something else names it.
 */
export async function deleteUnproven(tx: Transaction, id: string, before: Date): Promise<boolean> {
  const [locked] = await tx.$queryRaw<unknown[]>(Prisma.sql`
    select from users where id = ${id}::uuid and status = 'PENDING' and updated_at < ${before}
    for update skip locked`);
  if (locked === undefined) return false;
  await tx.identityChallenge.deleteMany({ where: { userId: id } });
  await tx.notification.deleteMany({ where: { userId: id } });
  await tx.userRole.deleteMany({ where: { userId: id } });
  await tx.user.deleteMany({ where: { id } });
  return true;
}
