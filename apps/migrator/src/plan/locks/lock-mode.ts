/** PostgreSQL's table-level lock modes, weakest first, as its chapter "Explicit Locking" names them. */
export const LOCK_MODES = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

/** A table-level lock mode. */
export type LockMode = (typeof LOCK_MODES)[number];

/** The table "Conflicting Lock Modes" of the same chapter: the modes each one keeps out. */
const CONFLICTS: Readonly<Record<LockMode, readonly LockMode[]>> = {
  'ACCESS SHARE': ['ACCESS EXCLUSIVE'],
  'ROW SHARE': ['EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'ROW EXCLUSIVE': ['SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'SHARE UPDATE EXCLUSIVE': LOCK_MODES.slice(3),
  SHARE: LOCK_MODES.filter((mode, rank) => rank >= 2 && mode !== 'SHARE'),
  'SHARE ROW EXCLUSIVE': LOCK_MODES.slice(2),
  EXCLUSIVE: LOCK_MODES.slice(1),
  'ACCESS EXCLUSIVE': LOCK_MODES,
};

/** Who waits while a lock is held; nobody, of another's schema changes, is told for the weakest. */
export type Blocked = 'reads' | 'writes' | 'vacuum' | 'schema changes';

/** Tells whom a lock keeps waiting. */
export function whomBlocks(mode: LockMode): Blocked[] {
  const conflicts = CONFLICTS[mode];
  const blocked: Blocked[] = [];
  if (conflicts.includes('ACCESS SHARE')) blocked.push('reads');
  if (conflicts.includes('ROW EXCLUSIVE')) blocked.push('writes');
  if (conflicts.includes('SHARE UPDATE EXCLUSIVE')) blocked.push('vacuum');
  blocked.push('schema changes');
  return blocked;
}

/** The stronger of two modes. */
export function strongerOf(one: LockMode, other: LockMode): LockMode {
  return LOCK_MODES.indexOf(one) >= LOCK_MODES.indexOf(other) ? one : other;
}
