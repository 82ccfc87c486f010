import type { Database } from '@holovitals/database';
import { inputInvalid } from '../errors.ts';
import { listRolesSchema } from './access.schema.ts';
import type { ListRolesInput, Page } from './access.schema.ts';
import { findRoles } from './access.store.ts';
import { pageOf } from './page-of.ts';

/** A role and the names of the permissions it bundles. */
export interface RoleSummary {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly isSystem: boolean;
  /** Null: the role is the platform's. */
  readonly organizationId: string | null;
  readonly permissions: readonly string[];
}

/**
 * Lists roles by name, page by page: those of the platform, and those of one organisation if it is
 * named. Holds no patient data. Fails with `IDENTITY.INPUT_INVALID`.
 *
 * @example
 * const first = await listRoles(db, { limit: 20 });
 * const second = first.next && (await listRoles(db, { limit: 20, after: first.next }));
 */
export async function listRoles(
  db: Database,
  input: ListRolesInput = {},
): Promise<Page<RoleSummary>> {
  const query = listRolesSchema.safeParse(input);
  if (!query.success) throw inputInvalid('listRoles', query.error);
  const rows = await findRoles(db, query.data, query.data.limit + 1);
  const roles = rows.map(({ permissions, ...role }) => ({
    ...role,
    permissions: permissions.map(({ permission }) => permission.name),
  }));
  return pageOf(roles, query.data.limit);
}
