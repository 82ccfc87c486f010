import { randomBytes } from 'node:crypto';
import { withActor, type Actor, type CallFacts } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import { z } from 'zod';
import { actorHasPermission } from '../access/permission.store.ts';
import type { IdentityContext } from '../context.ts';
import { inputInvalid, notFound, notPermitted, sessionInvalid, stepUpRequired } from '../errors.ts';
import { hashToken, makeToken } from '../tokens/token.ts';
import {
  findApiKeys,
  findUsableKey,
  insertApiKey,
  revokeKey,
  type ApiKeySummary,
} from './api-key.store.ts';

const PREFIX_BYTES = 6;
const LONGEST_LIFE_DAYS = 366;
const DAY = 86_400_000;

/** Input of `createApiKey`. */
export const createApiKeySchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  /** Names of permissions; the key holds those of them that its owner holds. */
  scopes: z
    .array(z.string().regex(/^[A-Z][A-Z_]{1,99}$/))
    .min(1)
    .max(100),
  /** CIDR ranges calls may come from; empty: from anywhere. */
  allowedIpRanges: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .max(100)
    .default([]),
  expiresInDays: z.int().min(1).max(LONGEST_LIFE_DAYS).default(90),
});

/**
 * Makes a key for a machine. The key is answered once and stored hashed.
 *
 * @throws CodedError `IDENTITY.STEP_UP_REQUIRED`, `IDENTITY.NOT_PERMITTED`
 */
export async function createApiKey(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  input: z.input<typeof createApiKeySchema>,
): Promise<{ readonly id: string; readonly key: string; readonly expiresAt: Date }> {
  const parsed = createApiKeySchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('createApiKey', parsed.error);
  const { name, scopes, allowedIpRanges, expiresInDays } = parsed.data;
  const ownerUserId = actor.userId;
  if (ownerUserId === null || actor.sessionId === null) throw sessionInvalid();
  if (!actor.stepUp) throw stepUpRequired();
  const id = uuidV7();
  const keyPrefix = `hvk_${randomBytes(PREFIX_BYTES).toString('hex')}`;
  const key = makeToken(keyPrefix);
  const expiresAt = new Date(clock().getTime() + expiresInDays * DAY);
  await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, 'MANAGE_API_KEYS'))) throw notPermitted('MANAGE_API_KEYS');
    await insertApiKey(tx, {
      id,
      name,
      ownerUserId,
      organizationId: actor.organizationId,
      keyPrefix,
      keyHash: hashToken(key),
      scopes,
      allowedIpRanges,
      expiresAt,
    });
    await audit(tx, actor, [
      {
        eventType: 'PERMISSION_CHANGE',
        action: 'C',
        outcome: 'SUCCESS',
        resourceType: 'ApiKey',
        resourceId: id,
      },
    ]);
  });
  return { id, key, expiresAt };
}

/** Lists the caller's keys, newest first. */
export async function listApiKeys({ db }: IdentityContext, actor: Actor): Promise<ApiKeySummary[]> {
  const { userId } = actor;
  if (userId === null) throw sessionInvalid();
  return await withActor(db, actor, (tx) => findApiKeys(tx, userId));
}

/**
 * Ends one of the caller's keys.
 *
 * @throws CodedError `IDENTITY.NOT_FOUND`
 */
export async function revokeApiKey(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  id: string,
): Promise<void> {
  const { userId } = actor;
  if (userId === null) throw sessionInvalid();
  await withActor(db, actor, async (tx) => {
    if (!(await revokeKey(tx, id, userId, clock()))) throw notFound('key');
    await audit(tx, actor, [
      {
        eventType: 'PERMISSION_CHANGE',
        action: 'D',
        outcome: 'SUCCESS',
        resourceType: 'ApiKey',
        resourceId: id,
      },
    ]);
  });
}

/**
 * Finds what a key stands for.
 *
 * @throws CodedError `IDENTITY.SESSION_INVALID`
 */
export async function authenticateKey(
  { db, clock }: Pick<IdentityContext, 'db' | 'clock'>,
  key: string,
  facts: CallFacts,
): Promise<Actor> {
  const found = await findUsableKey(db, hashToken(key), facts.ip, clock());
  if (found === undefined) throw sessionInvalid();
  return {
    ...facts,
    userId: null,
    apiKeyId: found.id,
    sessionId: null,
    role: null,
    organizationId: found.organizationId,
    agentSystem: null,
    // It was made under a second factor and a fresh proof: `MANAGE_API_KEYS` asks for both.
    mfa: true,
    stepUp: false,
    purposeOfUse: null,
    emergencyAccessId: null,
  };
}
