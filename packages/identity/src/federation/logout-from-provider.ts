import { withActor, type Actor } from '@holovitals/database';
import { decodeJwt, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { lockAccount } from '../accounts/account.store.ts';
import { useUpChallenge } from '../challenges/challenge.store.ts';
import type { IdentityContext } from '../context.ts';
import { inputInvalid, logoutTokenRefused, providerUnavailable } from '../errors.ts';
import { revokeSessions } from '../sessions/session.store.ts';
import { failureOf } from './provider-failure.ts';
import { findFederatedAccount, findProviderOf, type Provider } from './provider.store.ts';

const LIFETIME_SECONDS = 600;
const CLOCK_SKEW_SECONDS = 30;
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** What jose says where the keys do not come; ERR_JOSE_GENERIC stands for an answer other than 200. */
const NO_KEYS = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'];

/** Input of `logoutFromProvider`: a logout token. */
export const logoutFromProviderSchema = z.object({ logout_token: z.string().min(1).max(8192) });

const audienceSchema = z.object({
  iss: z.string().max(500),
  aud: z.union([
    z.string(),
    z
      .array(z.string())
      .length(1)
      .transform(([only]) => only ?? ''),
  ]),
});
const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  jti: z.string().min(1).max(255),
  events: z.looseObject({ [EVENT]: z.looseObject({}) }),
  nonce: z.never().optional(),
});

/**
 * Ends every session that a person opened with their organisation's identity provider, because the
 * provider says so (OpenID Connect Back-Channel Logout 1.0, 2.5-2.8). It says whom by the subject; a
 * token of one session there (`sid`) alone is refused, since we keep none.
 *
 * @throws CodedError `IDENTITY.LOGOUT_TOKEN_REFUSED`, `IDENTITY.PROVIDER_UNAVAILABLE`,
 *   `IDENTITY.INPUT_INVALID`
 */
export async function logoutFromProvider(
  context: IdentityContext,
  actor: Actor,
  input: z.input<typeof logoutFromProviderSchema>,
): Promise<void> {
  const parsed = logoutFromProviderSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('logoutFromProvider', parsed.error);
  const { db, audit, clock } = context;
  const token = parsed.data.logout_token;
  const named = audienceSchema.safeParse(readUnverified(token));
  if (!named.success) throw logoutTokenRefused();
  const { iss, aud } = named.data;
  const provider = await withActor(db, actor, (tx) => findProviderOf(tx, iss, aud));
  if (provider === null) throw logoutTokenRefused();
  // Outside of any transaction: it takes long, and holds no connection.
  const { sub, jti } = await verify(context, provider, token);
  await withActor(db, actor, async (tx) => {
    const account = await findFederatedAccount(tx, provider.issuer, sub);
    if (account === null) return;
    const { id: userId } = account;
    // So that no session begins beside this.
    await lockAccount(tx, userId);
    const now = clock();
    const lifetime = (LIFETIME_SECONDS + CLOCK_SKEW_SECONDS) * 1000;
    if (!(await useUpChallenge(tx, userId, `logout ${jti}`, now, lifetime))) return;
    const count = await revokeSessions(tx, { userId, authMethod: 'OIDC' }, 'LOGOUT', now);
    const outcome = 'SUCCESS';
    const reason = `openid logout of ${count} ${count === 1 ? 'session' : 'sessions'}`;
    await audit(tx, actor, [{ eventType: 'LOGOUT', action: 'E', outcome, userId, reason }]);
  });
}

function readUnverified(token: string): unknown {
  try {
    return decodeJwt(token);
  } catch {
    return null;
  }
}

/** Signature, issuer, audience, times, and that it is a logout token and no ID token. */
async function verify({ providers }: IdentityContext, provider: Provider, token: string) {
  const keys = await providers.openKeys(provider).catch((error: unknown) => {
    throw failureOf(error).problem;
  });
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...{ issuer: provider.issuer, audience: provider.clientId },
      ...{ requiredClaims: ['iat', 'exp'], maxTokenAge: LIFETIME_SECONDS },
      clockTolerance: CLOCK_SKEW_SECONDS,
    });
    return claimsSchema.parse(payload);
  } catch (error) {
    const code = error instanceof errors.JOSEError ? error.code : '';
    const isTheirs = error instanceof TypeError || NO_KEYS.includes(code);
    throw isTheirs ? providerUnavailable() : logoutTokenRefused();
  }
}
