import { Prisma, type Transaction } from '@holovitals/database';

/** Ids of the accounts that a legal hold freezes: nothing of theirs is removed (FRCP 37(e)). */
export async function findHeldAccounts(db: Pick<Transaction, '$queryRaw'>): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>(
    Prisma.sql`select held as id from held_accounts() as held`,
  );
  return rows.map(({ id }) => id);
}
