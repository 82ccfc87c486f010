import {
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { IdentityContext } from '../context.ts';
import { redirectRefused } from '../errors.ts';
import { FLOW_LIFETIME, sealFlow } from './flow.ts';
import { failureOf } from './provider-failure.ts';
import type { Provider } from './provider.store.ts';

/** What goes on at the provider. */
export interface BegunFlow {
  /** Where the browser goes next. */
  readonly authorizationUrl: string;
  /** Kept by the browser, and sent back with what the provider answered. */
  readonly flow: string;
  readonly expiresAt: Date;
}

/** Pages of the application that the provider sends the browser to. */
export interface FlowPages {
  readonly redirectUri: string;
  readonly logoutRedirectUri?: string | undefined;
}

/**
 * Refuses pages that are not the application's.
 *
 * @throws CodedError `IDENTITY.REDIRECT_REFUSED`
 */
export function requireOwnPages(
  { relyingParty }: Pick<IdentityContext, 'relyingParty'>,
  { redirectUri, logoutRedirectUri = redirectUri }: FlowPages,
): void {
  for (const page of [redirectUri, logoutRedirectUri]) {
    const { href, origin, pathname } = new URL(page);
    const isOurs = relyingParty?.origins.includes(origin) === true;
    // The provider adds a query to it, in the place of what it had.
    if (!isOurs || href !== origin + pathname) throw redirectRefused();
  }
}

/**
 * Begins to ask a provider who somebody is: authorization code with PKCE, state and nonce (OpenID
 * Connect Core, 3.1; RFC 9700). For a session to be proven anew the person has to log in there again.
 *
 * @throws CodedError `IDENTITY.PROVIDER_UNAVAILABLE`
 */
export async function beginFlow(
  { clock, codeKey, providers }: IdentityContext,
  provider: Provider,
  pages: FlowPages,
  sessionId?: string,
): Promise<BegunFlow> {
  const client = await providers.open(provider).catch((error: unknown) => {
    throw failureOf(error).problem;
  });
  const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
  const url = buildAuthorizationUrl(client, {
    redirect_uri: pages.redirectUri,
    scope: 'openid email',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...{ state, nonce },
    ...(sessionId !== undefined && { prompt: 'login', max_age: '0' }),
  });
  const now = clock();
  const { organizationId, issuer, clientId } = provider;
  const flow = {
    ...{ organizationId, issuer, clientId, sessionId, state, nonce, verifier },
    redirectUri: pages.redirectUri,
    logoutRedirectUri: pages.logoutRedirectUri,
  };
  return {
    authorizationUrl: url.href,
    flow: await sealFlow(codeKey, flow, now),
    expiresAt: new Date(now.getTime() + FLOW_LIFETIME),
  };
}
