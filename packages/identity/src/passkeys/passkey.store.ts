import type { Transaction } from '@holovitals/database';

/** A passkey as assertions are checked by it. */
export interface Passkey {
  readonly id: string;
  readonly userId: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

/** Finds a passkey that is not disabled by its credential id. */
export async function findPasskey(
  tx: Pick<Transaction, 'user2FA'>,
  credentialId: Uint8Array<ArrayBuffer>,
): Promise<Passkey | null> {
  const row = await tx.user2FA.findFirst({
    where: { credentialId, method: 'WEBAUTHN', disabledAt: null, verifiedAt: { not: null } },
    select: { id: true, userId: true, publicKey: true },
  });
  return row?.publicKey == null ? null : { ...row, publicKey: row.publicKey };
}

/** The credential ids of a person's passkeys, oldest first. */
export async function findCredentialIds(
  tx: Pick<Transaction, 'user2FA'>,
  userId: string,
): Promise<Uint8Array[]> {
  const rows = await tx.user2FA.findMany({
    where: { userId, method: 'WEBAUTHN', disabledAt: null, verifiedAt: { not: null } },
    select: { credentialId: true },
    orderBy: { id: 'asc' },
  });
  return rows.flatMap(({ credentialId }) => credentialId ?? []);
}

/** Writes a passkey; false where its credential id is taken, by whomever. */
export async function insertPasskey(
  tx: Pick<Transaction, 'user2FA'>,
  passkey: {
    readonly id: string;
    readonly userId: string;
    readonly label: string | null;
    readonly credentialId: Uint8Array<ArrayBuffer>;
    readonly publicKey: Uint8Array<ArrayBuffer>;
    readonly signCount: bigint;
  },
): Promise<boolean> {
  const { count } = await tx.user2FA.createMany({
    data: [{ ...passkey, method: 'WEBAUTHN' }],
    skipDuplicates: true,
  });
  return count === 1;
}

/**
 * Moves a passkey's counter on. False where it does not count further: then another copy of the
 * authenticator was used (WebAuthn level 3, 6.1.1). Authenticators that do not count say 0 always.
 */
export async function advanceCounter(
  tx: Pick<Transaction, 'user2FA'>,
  id: string,
  signCount: bigint,
  now: Date,
): Promise<boolean> {
  const { count } = await tx.user2FA.updateMany({
    where: { id, disabledAt: null, signCount: signCount === 0n ? 0n : { lt: signCount } },
    data: { signCount, lastUsedAt: now },
  });
  return count === 1;
}
