import type { Database, PermissionScope } from '@holovitals/database';
import { inputInvalid } from '../errors.ts';
import { listPermissionsSchema } from './access.schema.ts';
import type { ListPermissionsInput, Page } from './access.schema.ts';
import { findPermissions } from './access.store.ts';
import { pageOf } from './page-of.ts';

/** One right: what it allows and how far it reaches. */
export interface PermissionSummary {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly scope: PermissionScope;
  /** Model it speaks of; null: every model of its scope. */
  readonly resourceType: string | null;
  /** FHIR audit-event-action: C, R, U, D or E; null: every action of its name. */
  readonly action: string | null;
}

/**
 * Lists permissions by name, page by page, of one scope if it is named. Holds no patient data.
 * Fails with `IDENTITY.INPUT_INVALID`.
 *
 * @example
 * const { items } = await listPermissions(db, { scope: 'PHI' });
 */
export async function listPermissions(
  db: Database,
  input: ListPermissionsInput = {},
): Promise<Page<PermissionSummary>> {
  const query = listPermissionsSchema.safeParse(input);
  if (!query.success) throw inputInvalid('listPermissions', query.error);
  const rows = await findPermissions(db, query.data, query.data.limit + 1);
  return pageOf(rows, query.data.limit);
}
