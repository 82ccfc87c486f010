import { PermissionScope } from '@holovitals/database';
import {
  listPermissions,
  listPermissionsSchema,
  listRoles,
  listRolesSchema,
} from '@holovitals/identity';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const limit = z.coerce.number().int().min(1).max(200).default(50);

const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

const roleSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  isSystem: z.boolean(),
  organizationId: z.string().nullable(),
  permissions: z.array(z.string()),
});

const permissionSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  scope: z.enum(PermissionScope),
  resourceType: z.string().nullable(),
  action: z.string().nullable(),
});

/** What roles and permissions there are: reference data, no person's. */
export const accessRoutes: Routes = (server, { reads }) => {
  server.get(
    '/v1/roles',
    {
      config: { access: 'public' },
      schema: {
        tags: ['identity'],
        summary: 'Roles of the platform, by name',
        querystring: listRolesSchema.omit({ organizationId: true }).extend({ limit }),
        response: { 200: pageOf(roleSchema) },
      },
    },
    async ({ query }) => {
      const { items, next } = await reads.read((db) => listRoles(db, query));
      return {
        items: items.map((role) => ({ ...role, permissions: [...role.permissions] })),
        next,
      };
    },
  );
  server.get(
    '/v1/permissions',
    {
      config: { access: 'public' },
      schema: {
        tags: ['identity'],
        summary: 'Permissions, by name',
        querystring: listPermissionsSchema.extend({ limit }),
        response: { 200: pageOf(permissionSchema) },
      },
    },
    async ({ query }) => {
      const { items, next } = await reads.read((db) => listPermissions(db, query));
      return { items: [...items], next };
    },
  );
};
