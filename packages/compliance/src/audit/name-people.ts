import type { Transaction } from '@holovitals/database';

/** The names of who acted in these rows, by their ids, as far as they have accounts. */
export async function namePeople(
  tx: Transaction,
  rows: readonly { readonly userId: string | null }[],
): Promise<ReadonlyMap<string, string | null>> {
  const ids = new Set(rows.flatMap(({ userId }) => userId ?? []));
  const users = await tx.user.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, displayName: true },
  });
  return new Map(users.map(({ id, displayName }) => [id, displayName]));
}
