/** Roles beside owner and application: the variable that sets each up, and the end of its usual name. */
export const SIDE_ROLES = {
  'read-only': { variable: 'READONLY_DATABASE_URL', suffix: 'readonly' },
  auditor: { variable: 'AUDITOR_DATABASE_URL', suffix: 'auditor' },
  backup: { variable: 'BACKUP_DATABASE_URL', suffix: 'backup' },
} as const;

export type SideRoleKind = keyof typeof SIDE_ROLES;

/** A role that serves one purpose beside the application. */
export interface SideRole {
  readonly kind: SideRoleKind;
  readonly role: string;
  readonly url: string;
}

export const SIDE_ROLE_KINDS = Object.keys(SIDE_ROLES) as SideRoleKind[];
