import { withActor, type Actor } from '@holovitals/database';
import {
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { z } from 'zod';
import type { IdentityContext } from '../context.ts';
import { inputInvalid, notFound, redirectRefused } from '../errors.ts';
import { FLOW_LIFETIME, sealFlow } from './flow.ts';
import { failureOf } from './provider-failure.ts';
import { findProvider } from './provider.store.ts';

/** Input of `beginFederatedLogin`. */
export const beginFederatedLoginSchema = z.strictObject({
  organizationId: z.uuid(),
  /** A page of the application, at one of its origins. */
  redirectUri: z.url().max(500),
  /** Where the provider sends the browser after it ended its session; one of ours as well. */
  logoutRedirectUri: z.url().max(500).optional(),
});

/** A log-in that goes on at the provider. */
export interface FederatedLogin {
  /** Where the browser goes next. */
  readonly authorizationUrl: string;
  /** Kept by the browser, and sent back with what the provider answered. */
  readonly flow: string;
  readonly expiresAt: Date;
}

/**
 * Begins a log-in with an organisation's identity provider: authorization code with PKCE, state and
 * nonce (OpenID Connect Core, 3.1; RFC 9700). Nothing is stored.
 *
 * @throws CodedError `IDENTITY.INPUT_INVALID`, `IDENTITY.NOT_FOUND`, `IDENTITY.REDIRECT_REFUSED`,
 *   `IDENTITY.PROVIDER_UNAVAILABLE`
 */
export async function beginFederatedLogin(
  { db, clock, codeKey, providers, relyingParty }: IdentityContext,
  actor: Actor,
  input: z.input<typeof beginFederatedLoginSchema>,
): Promise<FederatedLogin> {
  const parsed = beginFederatedLoginSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('beginFederatedLogin', parsed.error);
  const { organizationId, redirectUri, logoutRedirectUri } = parsed.data;
  const origins = relyingParty?.origins ?? [];
  for (const page of [redirectUri, logoutRedirectUri ?? redirectUri]) {
    if (!isPageOf(origins, new URL(page))) throw redirectRefused();
  }
  const provider = await withActor(db, actor, (tx) => findProvider(tx, organizationId));
  if (provider === null) throw notFound('identity provider');
  const client = await providers.open(provider).catch((error: unknown) => {
    throw failureOf(error).problem;
  });
  const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
  const url = buildAuthorizationUrl(client, {
    redirect_uri: redirectUri,
    scope: 'openid email',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...{ state, nonce },
  });
  const now = clock();
  const { issuer, clientId } = provider;
  const pages = { redirectUri, logoutRedirectUri };
  const flow = { organizationId, issuer, clientId, ...pages, state, nonce, verifier };
  return {
    authorizationUrl: url.href,
    flow: await sealFlow(codeKey, flow, now),
    expiresAt: new Date(now.getTime() + FLOW_LIFETIME),
  };
}

/** The provider adds a query to the page, in the place of what it had. */
function isPageOf(origins: readonly string[], { href, origin, pathname }: URL): boolean {
  return origins.includes(origin) && href === origin + pathname;
}
