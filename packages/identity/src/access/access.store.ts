import type { Database } from '@holovitals/database';
import type { z } from 'zod';
import type { listPermissionsSchema, listRolesSchema } from './access.schema.ts';

/** Reads roles behind a name, with the names of their permissions. */
export async function findRoles(
  db: Database,
  query: z.output<typeof listRolesSchema>,
  take: number,
) {
  const { after, organizationId } = query;
  return await db.role.findMany({
    where: {
      OR: [{ organizationId: null }, ...(organizationId === undefined ? [] : [{ organizationId }])],
      ...(after === undefined ? {} : { name: { gt: after } }),
    },
    select: {
      id: true,
      name: true,
      description: true,
      isSystem: true,
      organizationId: true,
      permissions: {
        select: { permission: { select: { name: true } } },
        orderBy: { permission: { name: 'asc' } },
      },
    },
    orderBy: { name: 'asc' },
    take,
  });
}

/** Reads permissions behind a name. */
export async function findPermissions(
  db: Database,
  query: z.output<typeof listPermissionsSchema>,
  take: number,
) {
  const { after, scope } = query;
  return await db.permission.findMany({
    where: {
      ...(scope === undefined ? {} : { scope }),
      ...(after === undefined ? {} : { name: { gt: after } }),
    },
    select: {
      id: true,
      name: true,
      description: true,
      scope: true,
      resourceType: true,
      action: true,
    },
    orderBy: { name: 'asc' },
    take,
  });
}
