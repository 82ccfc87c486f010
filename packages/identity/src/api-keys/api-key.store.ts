import { Prisma, type Transaction } from '@holovitals/database';

/** A key as its owner sees it. */
export interface ApiKeySummary {
  readonly id: string;
  readonly name: string;
  readonly keyPrefix: string | null;
  readonly scopes: readonly string[];
  readonly allowedIpRanges: readonly string[];
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly createdAt: Date;
}

/** Writes a key. */
export async function insertApiKey(
  tx: Transaction,
  key: {
    readonly id: string;
    readonly name: string;
    readonly ownerUserId: string;
    readonly organizationId: string | null;
    readonly keyPrefix: string;
    readonly keyHash: Uint8Array<ArrayBuffer>;
    readonly scopes: string[];
    readonly allowedIpRanges: string[];
    readonly expiresAt: Date;
  },
): Promise<void> {
  await tx.apiKey.create({ data: key, select: { id: true } });
}

/** The keys of a person that are not revoked, newest first. */
export async function findApiKeys(tx: Transaction, ownerUserId: string): Promise<ApiKeySummary[]> {
  return await tx.apiKey.findMany({
    where: { ownerUserId, revokedAt: null },
    select: {
      id: true,
      name: true,
      keyPrefix: true,
      scopes: true,
      allowedIpRanges: true,
      expiresAt: true,
      lastUsedAt: true,
      createdAt: true,
    },
    orderBy: { id: 'desc' },
    take: 200,
  });
}

/** Ends a key of a person; false where there is none. */
export async function revokeKey(
  tx: Transaction,
  id: string,
  ownerUserId: string,
  now: Date,
): Promise<boolean> {
  const { count } = await tx.apiKey.updateMany({
    where: { id, ownerUserId, revokedAt: null },
    data: { revokedAt: now, revokedById: ownerUserId },
  });
  return count === 1;
}

/** Ends all keys of a person. */
export async function revokeKeysOf(
  tx: Transaction,
  ownerUserId: string,
  revokedById: string,
  now: Date,
): Promise<void> {
  await tx.apiKey.updateMany({
    where: { ownerUserId, revokedAt: null },
    data: { revokedAt: now, revokedById },
  });
}

/** The key that may be used now from this address; its last use is noted once a minute. */
export async function findUsableKey(
  db: Pick<Transaction, '$queryRaw'>,
  keyHash: Uint8Array,
  ip: string | null,
  now: Date,
) {
  const [key] = await db.$queryRaw<{ id: string; organizationId: string | null }[]>(Prisma.sql`
    with usable as (
      select k.id, k.organization_id, k.last_used_at
      from api_keys k join users u on u.id = k.owner_user_id
      where k.key_hash = ${keyHash} and k.revoked_at is null and k.expires_at > ${now}
        and u.status = 'ACTIVE'
        and (cardinality(k.allowed_ip_ranges) = 0
             or coalesce(${ip}::inet <<= any (k.allowed_ip_ranges::cidr[]), false))
    ), touched as (
      update api_keys set last_used_at = ${now}
      where id in (
        select id from usable
        where last_used_at is null or last_used_at < ${now}::timestamptz - interval '1 minute')
    )
    select id, organization_id as "organizationId" from usable`);
  return key;
}
