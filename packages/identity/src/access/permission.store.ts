import { Prisma, type Transaction } from '@holovitals/database';

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
