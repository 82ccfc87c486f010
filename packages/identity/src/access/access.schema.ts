import { PermissionScope } from '@holovitals/database';
import { z } from 'zod';

const pageSchema = z.strictObject({
  /** Most rows of the answer. */
  limit: z.int().min(1).max(200).default(50),
  /** Name of the last row of the page before; the answer begins behind it. */
  after: z.string().min(1).max(200).optional(),
});

/** Input of `listRoles`. */
export const listRolesSchema = pageSchema.extend({
  /** Also the roles that this organisation made for itself; else only those of the platform. */
  organizationId: z.uuid().optional(),
});

/** Input of `listPermissions`. */
export const listPermissionsSchema = pageSchema.extend({
  /** Only permissions of this scope. */
  scope: z.enum(PermissionScope).optional(),
});

/** What a caller passes to `listRoles`. */
export type ListRolesInput = z.input<typeof listRolesSchema>;

/** What a caller passes to `listPermissions`. */
export type ListPermissionsInput = z.input<typeof listPermissionsSchema>;

/** One page of rows in the order of their names. */
export interface Page<Row> {
  readonly items: readonly Row[];
  /** Pass it as `after` to read on; null on the last page. */
  readonly next: string | null;
}
