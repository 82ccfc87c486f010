import { withActor, type Actor, type Transaction } from '@holovitals/database';
import { z } from 'zod';
import { actorHasPermission } from '../access/permission.store.ts';
import type { IdentityContext } from '../context.ts';
import { inputInvalid, notFound, notPermitted } from '../errors.ts';
import { failureOf } from './provider-failure.ts';
import { findProvider, writeProvider } from './provider.store.ts';

const PERMISSION = 'MANAGE_SECURITY_CONFIGURATION';

/** Input of `setProvider`. */
export const setProviderSchema = z.strictObject({
  /** OpenID Connect issuer, as the provider spells it. */
  issuer: z
    .url({ protocol: /^https$/ })
    .max(500)
    .refine((text) => {
      if (!URL.canParse(text)) return false;
      const { search, hash, username, password } = new URL(text);
      return `${search}${hash}${username}${password}` === '' && !/[?#]/.test(text);
    }, 'has no query, fragment or credentials'),
  clientId: z.string().trim().min(1).max(500),
  /** Null: a public client. */
  clientSecret: z.string().min(1).max(1000).nullable().default(null),
});

/** An organisation's identity provider, without its secret. */
export interface ProviderSummary {
  readonly issuer: string;
  readonly clientId: string;
  readonly hasSecret: boolean;
}

/**
 * Tells an organisation's identity provider.
 *
 * @throws CodedError `IDENTITY.NOT_PERMITTED`, `IDENTITY.NOT_FOUND`
 */
export async function getProvider(
  { db }: IdentityContext,
  actor: Actor,
  organizationId: string,
): Promise<ProviderSummary> {
  return await withActor(db, actor, async (tx) => {
    await requirePermission(tx, actor, organizationId);
    const provider = await findProvider(tx, organizationId);
    if (provider === null) throw notFound('identity provider');
    const { issuer, clientId, clientSecret } = provider;
    return { issuer, clientId, hasSecret: clientSecret !== null };
  });
}

/**
 * Sets the provider that an organisation's people log in with, after asking it who it is. Whoever may
 * do this decides who everybody of the organisation is: it takes the permission for the security
 * policy, with a fresh proof.
 *
 * @throws CodedError `IDENTITY.INPUT_INVALID`, `IDENTITY.NOT_PERMITTED`, `IDENTITY.NOT_FOUND`,
 *   `IDENTITY.PROVIDER_TAKEN`, `IDENTITY.PROVIDER_UNAVAILABLE`
 */
export async function setProvider(
  { db, audit, providers }: IdentityContext,
  actor: Actor,
  organizationId: string,
  input: z.input<typeof setProviderSchema>,
): Promise<ProviderSummary> {
  const parsed = setProviderSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('setProvider', parsed.error);
  const { issuer, clientId, clientSecret } = parsed.data;
  await withActor(db, actor, (tx) => requirePermission(tx, actor, organizationId));
  providers.forget(issuer);
  // Outside of any transaction: it takes long, and holds no connection.
  await providers.open(parsed.data).catch((error: unknown) => {
    throw failureOf(error).problem;
  });
  await withActor(db, actor, async (tx) => {
    await requirePermission(tx, actor, organizationId);
    if (!(await writeProvider(tx, organizationId, parsed.data))) throw notFound('organisation');
    await audit(tx, actor, [changeOf(organizationId)]);
  });
  return { issuer, clientId, hasSecret: clientSecret !== null };
}

/**
 * Takes an organisation's identity provider away: nobody logs in with it any more.
 *
 * @throws CodedError `IDENTITY.NOT_PERMITTED`, `IDENTITY.NOT_FOUND`
 */
export async function removeProvider(
  { db, audit }: IdentityContext,
  actor: Actor,
  organizationId: string,
): Promise<void> {
  await withActor(db, actor, async (tx) => {
    await requirePermission(tx, actor, organizationId);
    if ((await findProvider(tx, organizationId)) === null) throw notFound('identity provider');
    await writeProvider(tx, organizationId, null);
    await audit(tx, actor, [changeOf(organizationId)]);
  });
}

/** Of the organisation the caller acts in; who acts in none holds roles of the platform alone. */
async function requirePermission(
  tx: Transaction,
  actor: Actor,
  organizationId: string,
): Promise<void> {
  const isOwn = actor.organizationId === null || actor.organizationId === organizationId;
  if (!isOwn || !(await actorHasPermission(tx, PERMISSION))) throw notPermitted(PERMISSION);
}

function changeOf(resourceId: string) {
  return {
    eventType: 'CONFIG_CHANGE',
    action: 'U',
    outcome: 'SUCCESS',
    resourceType: 'Organization',
    resourceId,
    changedFields: ['oidcIssuer', 'clientId', 'clientSecretCiphertext'],
  } as const;
}
