import { Prisma, type Transaction } from '@holovitals/database';

/** What log-in and its kin must know of an account. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly displayName: string | null;
  readonly status: string;
  readonly role: string | null;
  readonly organizationId: string | null;
  readonly passwordHash: string | null;
  readonly passwordHistory: readonly string[];
  readonly passwordChangedAt: Date | null;
  readonly mustChangePassword: boolean;
  readonly mfaRequired: boolean;
  readonly failedLoginCount: number;
  readonly lockedUntil: Date | null;
}

const SELECTED = {
  id: true,
  email: true,
  displayName: true,
  status: true,
  role: true,
  organizationId: true,
  passwordHash: true,
  passwordHistory: true,
  passwordChangedAt: true,
  mustChangePassword: true,
  mfaRequired: true,
  failedLoginCount: true,
  lockedUntil: true,
} as const;

type Reader = Pick<Transaction, 'user'>;

/** Finds an account by its address, whatever its case. */
export async function findAccountByEmail(tx: Reader, email: string): Promise<Account | null> {
  return await tx.user.findUnique({ where: { email }, select: SELECTED });
}

/** Finds an account by its id. */
export async function findAccount(tx: Reader, id: string): Promise<Account | null> {
  return await tx.user.findUnique({ where: { id }, select: SELECTED });
}

/**
 * What may have changed since an account was read. Its row is locked until the transaction ends, so
 * that no session begins beside what ends them all.
 */
export async function lockAccount(tx: Pick<Transaction, '$queryRaw'>, id: string) {
  const [row] = await tx.$queryRaw<Pick<Account, 'status' | 'passwordHash' | 'lockedUntil'>[]>(
    Prisma.sql`
      select status::text as status, password_hash as "passwordHash", locked_until as "lockedUntil"
      from users where id = ${id}::uuid for no key update`,
  );
  return row;
}

/** Locks accounts as {@link lockAccount} does, in the order of their ids. */
export async function lockAccounts(
  tx: Pick<Transaction, '$executeRaw'>,
  ids: readonly string[],
): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    select from users where id = any (${[...ids]}::uuid[]) order by id for no key update`);
}

/** Puts an account where it is to stand in its life. */
export async function setStatus(
  tx: Transaction,
  id: string,
  status: 'ACTIVE' | 'SUSPENDED',
): Promise<void> {
  await tx.user.update({ where: { id }, data: { status }, select: { id: true } });
}

/** Creates an account that waits for its address to be proven; null where the address is taken. */
export async function insertAccount(
  tx: Transaction,
  account: {
    readonly id: string;
    readonly email: string;
    readonly displayName: string | null;
    readonly passwordHash: string | null;
    readonly role: string;
    readonly organizationId: string | null;
    readonly now: Date;
  },
): Promise<boolean> {
  const { now, ...row } = account;
  const { count } = await tx.user.createMany({
    data: [{ ...row, passwordChangedAt: row.passwordHash === null ? null : now }],
    skipDuplicates: true,
  });
  return count === 1;
}

/** Opens an account whose address is proven. */
export async function activateAccount(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.user.update({
    where: { id },
    data: { status: 'ACTIVE', emailVerifiedAt: now },
    select: { id: true },
  });
}

/** Grants a role from now on, if the person does not hold it there already. */
export async function grantRole(
  tx: Transaction,
  grant: {
    readonly userId: string;
    readonly role: string;
    readonly organizationId: string | null;
    readonly grantedById: string | null;
    readonly reason: string;
    readonly now: Date;
  },
): Promise<boolean> {
  const { userId, organizationId, grantedById, reason, now } = grant;
  const role = await tx.role.findUnique({ where: { name: grant.role }, select: { id: true } });
  if (role === null) return false;
  const held = await tx.userRole.count({
    where: { userId, roleId: role.id, organizationId, revokedAt: null, validTo: null },
  });
  if (held > 0) return false;
  await tx.userRole.create({
    data: { userId, roleId: role.id, organizationId, grantedById, reason, validFrom: now },
    select: { id: true },
  });
  return true;
}

/** Counts a failed proof and says until when the account is locked; the row is locked meanwhile. */
export async function countFailure(
  tx: Transaction,
  id: string,
  lockUntil: (failures: number) => Date | null,
): Promise<void> {
  const [row] = await tx.$queryRaw<{ failures: number }[]>(Prisma.sql`
    update users set failed_login_count = failed_login_count + 1
    where id = ${id}::uuid returning failed_login_count as failures`);
  const lockedUntil = lockUntil(row?.failures ?? 0);
  if (lockedUntil !== null) {
    await tx.user.update({ where: { id }, data: { lockedUntil }, select: { id: true } });
  }
}

/** Forgets the failures, unless the account is locked at this moment; false where it is. */
export async function clearFailures(tx: Transaction, id: string, now: Date): Promise<boolean> {
  const { count } = await tx.user.updateMany({
    where: { id, OR: [{ lockedUntil: null }, { lockedUntil: { lte: now } }] },
    data: { failedLoginCount: 0, lockedUntil: null },
  });
  return count === 1;
}

/** Notes when a person last logged in. */
export async function markLoggedIn(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.user.update({ where: { id }, data: { lastLoginAt: now }, select: { id: true } });
}

/** Finds whether a role of this name can be given in an organisation: the platform's, or its own. */
export async function isGrantable(
  tx: Pick<Transaction, 'role'>,
  name: string,
  organizationId: string | null,
): Promise<boolean> {
  const role = await tx.role.findUnique({ where: { name }, select: { organizationId: true } });
  return role !== null && (role.organizationId === null || role.organizationId === organizationId);
}

/** Finds whether a person is an owner now: of the platform, or of an organisation. */
export async function isOwner(
  tx: Pick<Transaction, 'userRole'>,
  userId: string,
  now: Date,
  organizationId: string | null = null,
): Promise<boolean> {
  const count = await tx.userRole.count({
    where: {
      userId,
      role: { name: 'OWNER' },
      organizationId,
      revokedAt: null,
      validFrom: { lte: now },
      OR: [{ validTo: null }, { validTo: { gt: now } }],
    },
  });
  return count > 0;
}

/**
 * Gives an account that waits for its proof another password, or none: whoever asks last for an
 * account is the one whose mail opens it, with what they chose.
 */
export async function replacePendingPassword(
  tx: Transaction,
  id: string,
  passwordHash: string | null,
  now: Date,
): Promise<void> {
  await tx.user.updateMany({
    where: { id, status: 'PENDING' },
    data: { passwordHash, passwordChangedAt: passwordHash === null ? null : now },
  });
}

/** Lets one installation at a time look for an owner and appoint one, until the transaction ends. */
export async function lockFirstOwner(tx: Pick<Transaction, '$executeRaw'>): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('first owner', 0))`;
}

/**
 * Sets a new password; the one before it goes to the head of the history. False where the account's
 * password is no longer the one that was read.
 */
export async function replacePassword(
  tx: Transaction,
  account: Account,
  passwordHash: string,
  historyCount: number,
  now: Date,
): Promise<boolean> {
  const earlier = [account.passwordHash, ...account.passwordHistory].filter(
    (hash) => hash !== null,
  );
  const { count } = await tx.user.updateMany({
    where: { id: account.id, passwordHash: account.passwordHash },
    data: {
      passwordHash,
      passwordHistory: earlier.slice(0, historyCount),
      passwordChangedAt: now,
      mustChangePassword: false,
      failedLoginCount: 0,
      lockedUntil: null,
    },
  });
  return count === 1;
}

/** Replaces the hash of an unchanged password by one with today's parameters. */
export async function rehashPassword(tx: Transaction, id: string, hash: string): Promise<void> {
  await tx.user.update({ where: { id }, data: { passwordHash: hash }, select: { id: true } });
}

/** True where somebody holds the owner's role. */
export async function hasOwner(tx: Pick<Transaction, 'userRole'>): Promise<boolean> {
  return (await tx.userRole.count({ where: { role: { name: 'OWNER' }, revokedAt: null } })) > 0;
}
