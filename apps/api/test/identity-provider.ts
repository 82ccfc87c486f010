import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, decodeJwt, type JWK } from 'jose';
import Provider from 'oidc-provider';
import { Agent, fetch } from 'undici';
import { TEST_AUTHORITY } from './test-authority.ts';

/** What the provider knows of a person, and says of how they came in. */
export interface ProviderPerson {
  readonly sub: string;
  readonly email: string;
  readonly isEmailVerified?: boolean;
  readonly amr?: readonly string[];
  readonly acr?: string;
}

/** What a provider does otherwise than it should. */
export interface Misbehaviour {
  /** Changes the claims of ID tokens, which it then signs anew. */
  readonly claims?: (claims: Record<string, unknown>) => Record<string, unknown>;
  /** Signs with a key that it does not publish. */
  readonly isForged?: boolean;
  /** Changes what it says of itself. */
  readonly metadata?: (metadata: Record<string, unknown>) => Record<string, unknown>;
  /** Knows no access token, not even its own. */
  readonly isForgetful?: boolean;
  /** Answers 502 to everything. */
  readonly isDown?: boolean;
}

/** A real provider (oidc-provider) over https on loopback, and a browser that goes there. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Who logs in next. */
  person: ProviderPerson | undefined;
  misbehaviour: Misbehaviour;
  /** Leaves address and its proof to the userinfo endpoint. */
  isTerse: boolean;
  /** Times its keys were asked for. */
  readonly keyReads: number;
  /** Signs with another key from now on, and publishes that alone. */
  rotateKeys(): Promise<void>;
  /** Follows the browser to where it is sent back; answers the query. */
  visit(authorizationUrl: string): Promise<string>;
  /** Tells the outcome of a visit to any address of the provider. */
  get(url: string): Promise<number>;
  /** Has the provider tell a client that a person logged out; answers the form that it sends. */
  logout(clientId: string, sub: string): Promise<string>;
  /** Signs claims of a token with the key that it publishes. */
  sign(claims: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

const CLIENTS = ['north', 'south', 'matrix'];
const browser = new Agent({ connect: { ca: TEST_AUTHORITY.certificate } });

/** Opens a provider with clients `north`, `south` and `matrix`, whose secret is `secret`. */
export async function openIdentityProvider(redirectUri = 'http://localhost:3000/back') {
  const server = createServer({ cert: TEST_AUTHORITY.certificate, key: TEST_AUTHORITY.key });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let keyReads = 0;
  let called = '';
  let key: SigningKey | undefined;
  let provider: Provider | undefined;

  const opened: IdentityProvider = {
    issuer,
    person: undefined,
    misbehaviour: {},
    isTerse: false,
    get keyReads() {
      return keyReads;
    },
    async rotateKeys() {
      key = await makeKey();
      provider = makeProvider(opened, key, redirectUri, {
        onKeyRead: () => (keyReads += 1),
        onCall: (body) => (called = body),
      });
      serve(server, provider);
    },
    async logout(clientId, sub) {
      // Its types leave it out.
      const client = (await provider?.Client.find(clientId)) as unknown as {
        backchannelLogout(sub: string, sid: string): Promise<void>;
      };
      await client.backchannelLogout(sub, 'session');
      return called;
    },
    sign: async (claims) =>
      await sign(claims, opened.misbehaviour.isForged === true ? await makeKey(key?.kid) : key),
    visit: (url) => visit(url, redirectUri),
    async get(url) {
      const answer = await fetch(url, { dispatcher: browser, redirect: 'manual' });
      await answer.body?.cancel();
      return answer.status;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  await opened.rotateKeys();
  return opened;
}

function serve(server: Server, provider: Provider): void {
  server.removeAllListeners('request');
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
}

type SigningKey = JWK & { readonly kid: string };

async function sign(claims: Record<string, unknown>, key: SigningKey | undefined): Promise<string> {
  if (key === undefined) throw new Error('The provider has no key yet.');
  return await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key.kid }).sign(key);
}

async function makeKey(kid: string = crypto.randomUUID()): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' };
}

function makeProvider(
  state: IdentityProvider,
  key: SigningKey,
  redirectUri: string,
  { onKeyRead, onCall }: { onKeyRead: () => void; onCall: (body: string) => void },
): Provider {
  const provider = new Provider(state.issuer, {
    clients: CLIENTS.map((id) => ({
      ...{ client_id: id, client_secret: 'secret', redirect_uris: [redirectUri] },
      post_logout_redirect_uris: [`${redirectUri}/gone`],
      backchannel_logout_uri: 'https://api.example.org/v1/auth/openid/logout',
    })),
    jwks: { keys: [key] },
    cookies: { keys: ['test'] },
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'acr', 'amr'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    // The call that it makes is handed to the test, which makes it.
    fetch: (_url, options) => {
      onCall((options?.body as URLSearchParams).toString());
      return Promise.resolve(new Response());
    },
    interactions: { url: (_ctx, { uid }) => `/come-in/${uid}` },
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims(use) {
        const { person } = state;
        const isLeftOut = state.isTerse && use === 'id_token';
        return {
          sub: accountId,
          ...(!isLeftOut && {
            email: person?.email,
            email_verified: person?.isEmailVerified ?? true,
          }),
        };
      },
    }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        accountId: ctx.oidc.session?.accountId,
        clientId: ctx.oidc.client?.clientId,
      });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    if (ctx.path === '/jwks') onKeyRead();
    if (state.misbehaviour.isDown === true) {
      ctx.status = 502;
      return;
    }
    if (ctx.path.startsWith('/come-in/')) {
      const { person } = state;
      if (person === undefined) {
        const refusal = { error: 'access_denied', error_description: 'no, Jane Doe' };
        await provider.interactionFinished(ctx.req, ctx.res, refusal);
      } else {
        const { sub: accountId, amr, acr } = person;
        const login = { accountId, ...(amr && { amr: [...amr] }), ...(acr && { acr }) };
        await provider.interactionFinished(ctx.req, ctx.res, { login });
      }
      ctx.respond = false;
      return;
    }
    await next();
    const body = ctx.body as { id_token?: string } | undefined;
    const { claims, isForged, metadata, isForgetful } = state.misbehaviour;
    if (ctx.path === '/.well-known/openid-configuration' && metadata !== undefined) {
      ctx.body = metadata(ctx.body as Record<string, unknown>);
    }
    if (ctx.path === '/me' && isForgetful === true) {
      ctx.status = 401;
      ctx.set('www-authenticate', 'Bearer error="invalid_token"');
    }
    if (ctx.path !== '/token' || typeof body?.id_token !== 'string') return;
    if (claims === undefined && isForged !== true) return;
    const changed = (claims ?? ((same) => same))(decodeJwt(body.id_token));
    const idToken = await sign(changed, isForged === true ? await makeKey(key.kid) : key);
    ctx.body = { ...body, id_token: idToken };
  });
  return provider;
}

/** A browser without a page: it keeps cookies and follows where it is sent. */
async function visit(authorizationUrl: string, redirectUri: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = authorizationUrl;
  for (let step = 0; step < 10; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      ...{ dispatcher: browser, redirect: 'manual' as const },
      headers: { cookie },
    });
    for (const text of answer.headers.getSetCookie()) {
      const [pair = ''] = text.split(';');
      const [name = '', ...value] = pair.split('=');
      cookies.set(name, value.join('='));
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${answer.status} ${await answer.text()}`);
    await answer.body?.cancel();
    url = new URL(location, url).href;
    if (url.startsWith(`${redirectUri}?`)) return new URL(url).search.slice(1);
  }
  throw new Error('The provider sends the browser round and round.');
}
