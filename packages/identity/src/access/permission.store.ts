import { Prisma, type Transaction } from '@holovitals/database';

/** The account that the caller of this transaction acts as: who is logged in, or who answers for the key. */
export async function findActingUser(tx: Pick<Transaction, '$queryRaw'>): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ userId: string | null }[]>(
    Prisma.sql`select actor_acting_user_id() as "userId"`,
  );
  return row?.userId ?? null;
}

/** Asks the database whether the caller of this transaction holds a permission, conditions and all. */
export async function actorHasPermission(
  tx: Pick<Transaction, '$queryRaw'>,
  permission: string,
): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ isHeld: boolean }[]>(
    Prisma.sql`select actor_has_permission(${permission}) as "isHeld"`,
  );
  return row?.isHeld === true;
}
