import { withActor, type Actor } from '@holovitals/database';
import { z } from 'zod';
import type { IdentityContext } from '../context.ts';
import { inputInvalid, notFound } from '../errors.ts';
import { beginFlow, requireOwnPages, type BegunFlow } from './begin-flow.ts';
import { findProvider } from './provider.store.ts';

/** Input of `beginFederatedLogin`. */
export const beginFederatedLoginSchema = z.strictObject({
  organizationId: z.uuid(),
  /** A page of the application, at one of its origins. */
  redirectUri: z.url().max(500),
  /** Where the provider sends the browser after it ended its session; one of ours as well. */
  logoutRedirectUri: z.url().max(500).optional(),
});

/**
 * Begins a log-in with an organisation's identity provider. Nothing is stored.
 *
 * @throws CodedError `IDENTITY.INPUT_INVALID`, `IDENTITY.NOT_FOUND`, `IDENTITY.REDIRECT_REFUSED`,
 *   `IDENTITY.PROVIDER_UNAVAILABLE`
 */
export async function beginFederatedLogin(
  context: IdentityContext,
  actor: Actor,
  input: z.input<typeof beginFederatedLoginSchema>,
): Promise<BegunFlow> {
  const parsed = beginFederatedLoginSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('beginFederatedLogin', parsed.error);
  const { organizationId, ...pages } = parsed.data;
  requireOwnPages(context, pages);
  const provider = await withActor(context.db, actor, (tx) => findProvider(tx, organizationId));
  if (provider === null) throw notFound('identity provider');
  return await beginFlow(context, provider, pages);
}
