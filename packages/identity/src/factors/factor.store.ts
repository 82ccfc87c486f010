import { Prisma, type Transaction, type TwoFactorMethod } from '@holovitals/database';

/** An enrolled second factor. */
export interface Factor {
  readonly id: string;
  readonly method: TwoFactorMethod;
  readonly label: string | null;
  readonly verifiedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly createdAt: Date;
}

const SELECTED = {
  id: true,
  method: true,
  label: true,
  verifiedAt: true,
  lastUsedAt: true,
  createdAt: true,
} as const;

/** The factors of a person that are not disabled, oldest first. */
export async function findFactors(tx: Transaction, userId: string): Promise<Factor[]> {
  return await tx.user2FA.findMany({
    where: { userId, disabledAt: null },
    select: SELECTED,
    orderBy: { id: 'asc' },
  });
}

/** Finds whether a person has a proven factor of a kind. */
export async function hasFactor(
  tx: Transaction,
  userId: string,
  method: TwoFactorMethod,
): Promise<boolean> {
  const where = { userId, method, disabledAt: null, verifiedAt: { not: null } };
  return (await tx.user2FA.count({ where })) > 0;
}

/** The shared secret of a person's TOTP factor. */
export async function findTotp(tx: Transaction, userId: string, isVerified: boolean) {
  return await tx.user2FA.findFirst({
    where: {
      userId,
      method: 'TOTP',
      disabledAt: null,
      verifiedAt: isVerified ? { not: null } : null,
    },
    select: { id: true, secretCiphertext: true },
  });
}

/** A person's telephone, proven or not yet. */
export async function findPhone(
  tx: Transaction,
  userId: string,
  isVerified: boolean,
): Promise<{ readonly id: string; readonly phone: string } | null> {
  const factor = await tx.user2FA.findFirst({
    where: {
      userId,
      method: 'SMS',
      disabledAt: null,
      verifiedAt: isVerified ? { not: null } : null,
    },
    select: { id: true, phoneCiphertext: true },
  });
  const phone = factor?.phoneCiphertext ?? null;
  return factor === null || phone === null ? null : { id: factor.id, phone };
}

/** Writes a factor that its first code has yet to prove, in place of one that was never proven; answers its id. */
export async function insertFactor(
  tx: Transaction,
  factor: {
    readonly userId: string;
    readonly method: TwoFactorMethod;
    readonly label: string | null;
    readonly secret: string | null;
    readonly keyId: string | null;
    readonly phone?: string;
  },
  now: Date,
): Promise<string> {
  const { userId, method, label, secret, keyId, phone = null } = factor;
  await tx.user2FA.updateMany({
    where: { userId, method, disabledAt: null, verifiedAt: null },
    data: { disabledAt: now },
  });
  const { id } = await tx.user2FA.create({
    data: { userId, method, label, secretCiphertext: secret, keyId, phoneCiphertext: phone },
    select: { id: true },
  });
  return id;
}

/** The key that encrypts secrets now. */
export async function findDataKeyId(tx: Transaction): Promise<string | null> {
  const key = await tx.encryptionKey.findFirst({
    where: { alias: 'data', status: 'ACTIVE' },
    select: { id: true },
  });
  return key?.id ?? null;
}

/**
 * Accepts a TOTP time step if it is later than any accepted before: a code is good once. False
 * where it was used.
 */
export async function acceptStep(
  tx: Transaction,
  id: string,
  step: number,
  now: Date,
): Promise<boolean> {
  const { count } = await tx.user2FA.updateMany({
    where: {
      id,
      disabledAt: null,
      OR: [{ lastUsedStep: null }, { lastUsedStep: { lt: BigInt(step) } }],
    },
    data: { lastUsedStep: BigInt(step), lastUsedAt: now },
  });
  return count === 1;
}

/** Notes that a factor was proven for the first time. */
export async function markVerified(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.user2FA.update({ where: { id }, data: { verifiedAt: now }, select: { id: true } });
}

/** Replaces a person's recovery codes. */
export async function replaceRecoveryCodes(
  tx: Transaction,
  userId: string,
  hashes: readonly string[],
  now: Date,
): Promise<void> {
  await tx.user2FA.updateMany({
    where: { userId, method: 'RECOVERY_CODE', disabledAt: null },
    data: { disabledAt: now },
  });
  await tx.user2FA.create({
    data: { userId, method: 'RECOVERY_CODE', recoveryCodeHashes: [...hashes], verifiedAt: now },
    select: { id: true },
  });
}

/** Uses a recovery code up; false where it is none. */
export async function useRecoveryCode(
  tx: Transaction,
  userId: string,
  hash: string,
  now: Date,
): Promise<boolean> {
  const count = await tx.$executeRaw(Prisma.sql`
    update user_2fas
    set recovery_code_hashes = array_remove(recovery_code_hashes, ${hash}), last_used_at = ${now}
    where user_id = ${userId}::uuid and method = 'RECOVERY_CODE' and disabled_at is null
      and ${hash} = any (recovery_code_hashes)`);
  return count === 1;
}

/** Names one of a person's factors; false where there is none of this id. */
export async function labelFactor(
  tx: Transaction,
  userId: string,
  id: string,
  label: string,
): Promise<boolean> {
  const { count } = await tx.user2FA.updateMany({
    where: { id, userId, disabledAt: null },
    data: { label },
  });
  return count === 1;
}

/** Disables one of a person's factors; without any other, its recovery codes too. */
export async function disableFactor(
  tx: Transaction,
  userId: string,
  id: string,
  now: Date,
): Promise<boolean> {
  const { count } = await tx.user2FA.updateMany({
    where: { id, userId, disabledAt: null },
    data: { disabledAt: now },
  });
  const left = await tx.user2FA.count({
    where: {
      userId,
      disabledAt: null,
      verifiedAt: { not: null },
      NOT: { method: 'RECOVERY_CODE' },
    },
  });
  if (left === 0) {
    await tx.user2FA.updateMany({ where: { userId, disabledAt: null }, data: { disabledAt: now } });
  }
  return count === 1;
}
