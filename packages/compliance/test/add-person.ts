import type { Database } from '@holovitals/database';

/** Adds an active user, with a role on the whole platform where one is named; answers the id. */
export async function addPerson(db: Database, email: string, role?: string): Promise<string> {
  const { id } = await db.user.create({ data: { email, displayName: 'P', status: 'ACTIVE' } });
  if (role !== undefined) {
    const { id: roleId } = await db.role.findUniqueOrThrow({ where: { name: role } });
    await db.userRole.create({ data: { userId: id, roleId, reason: 'test' } });
  }
  return id;
}
