import {
  authorizationCodeGrant,
  buildEndSessionUrl,
  fetchUserInfo,
  type Configuration,
} from 'openid-client';
import type { IdentityContext } from '../context.ts';
import { loginRefused } from '../errors.ts';
import type { Flow } from './flow.ts';
import { isMultiFactor } from './multi-factor.ts';
import { failureOf } from './provider-failure.ts';
import type { Provider } from './provider.store.ts';

/** How old a log-in at the provider may be that proves a session anew. */
const PROOF_LIFETIME_SECONDS = 300;

/** What the provider says of a person, its signature and claims checked. */
export interface Assertion {
  readonly subject: string;
  /** Null where the provider does not say that it is verified. */
  readonly email: string | null;
  readonly isMultiFactor: boolean;
  readonly logoutUrl: string | null;
}

/**
 * Trades the code for an ID token: state, issuer, PKCE, signature, audience, nonce and times are
 * checked, and for a session to be proven anew that the person logged in lately. Rejects as
 * `failureOf` tells.
 */
export async function redeemAnswer(
  { providers }: IdentityContext,
  provider: Provider,
  flow: Flow,
  query: string,
): Promise<Assertion> {
  const client = await providers.open(provider);
  const callback = new URL(flow.redirectUri);
  callback.search = query;
  try {
    const tokens = await authorizationCodeGrant(client, callback, {
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      pkceCodeVerifier: flow.verifier,
      idTokenExpected: true,
      ...(flow.sessionId !== undefined && { maxAge: PROOF_LIFETIME_SECONDS }),
    });
    providers.keep(provider.issuer, client);
    const claims = tokens.claims();
    if (claims === undefined) throw loginRefused();
    return {
      subject: claims.sub,
      email: await verifiedEmailOf(client, tokens.access_token, claims),
      isMultiFactor: isMultiFactor(claims),
      logoutUrl: logoutUrlOf(client, tokens.id_token, flow.logoutRedirectUri),
    };
  } catch (error) {
    // Endpoints may have moved. Anybody can have an answer refused, and must not make us ask again.
    if (failureOf(error).problem.kind === 'unavailable') providers.forget(provider.issuer);
    throw error;
  }
}

/** Providers may leave the address to their userinfo endpoint (OpenID Connect Core, 5.4). */
async function verifiedEmailOf(
  client: Configuration,
  accessToken: string,
  claims: { readonly sub: string; readonly email?: unknown; readonly email_verified?: unknown },
): Promise<string | null> {
  const hasMore = client.serverMetadata().userinfo_endpoint !== undefined;
  const told =
    claims.email === undefined && hasMore
      ? await fetchUserInfo(client, accessToken, claims.sub)
      : claims;
  const { email, email_verified: isVerified } = told;
  return isVerified === true && typeof email === 'string' ? email : null;
}

/** RP-initiated logout; a provider that does not know the page ends its session and stays (1.0, 3). */
function logoutUrlOf(
  client: Configuration,
  idToken: string | undefined,
  page: string | undefined,
): string | null {
  const endpoint = client.serverMetadata().end_session_endpoint;
  if (endpoint === undefined || !URL.canParse(endpoint)) return null;
  if (new URL(endpoint).protocol !== 'https:') return null;
  return buildEndSessionUrl(client, {
    ...(idToken !== undefined && { id_token_hint: idToken }),
    ...(page !== undefined && { post_logout_redirect_uri: page }),
  }).href;
}
