import type { ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { SideRoleKind } from '../environment/side-roles.ts';

export type RoleKind = 'application' | SideRoleKind;

/** A role that is given rights. */
export interface Grantee {
  readonly kind: RoleKind;
  readonly role: string;
}

/** What a role may do with one table. */
export interface TableRights {
  /** Rights on the whole table. */
  readonly table: readonly string[];
  /** Columns it may read, where it may not read all of them. */
  readonly columns: readonly string[];
}

export const NO_RIGHTS: TableRights = { table: [], columns: [] };

/** Every role that gets rights, the application first. */
export function granteesOf({ appRole, sideRoles }: DatabaseTarget): Grantee[] {
  return [{ kind: 'application', role: appRole }, ...sideRoles];
}

/**
 * The least a role needs of a model's table (NIST SP 800-53 AC-6):
 *
 * - the application works with rows, and only adds to what is append-only or the audit trail;
 * - the read-only role reads what neither row security guards (who sets the identity that policies
 *   ask for could be anybody) nor the audit trail holds;
 * - the auditor reads the audit trail;
 * - the backup reads everything.
 *
 * A column whose classification is withheld is read by the application where `@appReads` says why,
 * and by the backup.
 */
export function rightsOn(
  model: ManifestModel,
  kind: RoleKind,
  manifest: Pick<SchemaManifest, 'classifications'>,
): TableRights {
  const isTrail = model.auditTrail === true;
  switch (kind) {
    case 'backup':
      return { table: ['SELECT'], columns: [] };
    case 'auditor':
      return isTrail ? reading(model, kind, manifest) : NO_RIGHTS;
    case 'read-only':
      return isTrail || model.rowSecurity ? NO_RIGHTS : reading(model, kind, manifest);
    case 'application': {
      const { table, columns } = reading(model, kind, manifest);
      const changes = isTrail || model.immutable ? [] : ['UPDATE', 'DELETE'];
      return { table: [...table, 'INSERT', ...changes], columns };
    }
  }
}

function reading(
  model: ManifestModel,
  kind: RoleKind,
  { classifications }: Pick<SchemaManifest, 'classifications'>,
): TableRights {
  const shown = model.fields.filter(
    ({ classification, appReads }) =>
      classifications[classification]?.withheld !== true ||
      (kind === 'application' && appReads !== undefined),
  );
  return shown.length === model.fields.length
    ? { table: ['SELECT'], columns: [] }
    : { table: [], columns: shown.map(({ column }) => column) };
}
