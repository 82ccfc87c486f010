import { createRemoteJWKSet, customFetch as keyFetch, type JWTVerifyGetKey } from 'jose';
import {
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  getJwksCache,
  None,
  setJwksCache,
  type ClientAuth,
  type CustomFetch,
  type ServerMetadata,
} from 'openid-client';
import { createGuardedFetch, type ProviderOptions } from './guarded-fetch.ts';

const METADATA_LIFETIME = 600_000;
const REFETCH_AFTER_SECONDS = 60;

/** How an organisation's identity provider is spoken to. */
export interface ProviderSettings {
  /** OpenID Connect issuer: https, without query and fragment. */
  readonly issuer: string;
  readonly clientId: string;
  /** Null: a public client, which PKCE alone protects. */
  readonly clientSecret: string | null;
}

/** Identity providers as they describe themselves, read once in a while. */
export interface ProviderDirectory {
  /** A client of the provider; discovers it where that is ten minutes ago. Rejects as openid-client does. */
  open(settings: ProviderSettings): Promise<Configuration>;
  /** Opens the provider's signing keys, for tokens that come without a code. Rejects as `open` does. */
  openKeys(settings: Pick<ProviderSettings, 'issuer' | 'clientId'>): Promise<JWTVerifyGetKey>;
  /** Keeps the signing keys that a client read, for the next one of the same issuer. */
  keep(issuer: string, client: Configuration): void;
  /** Forgets what was read, after a failure. */
  forget(issuer: string): void;
  close(): Promise<void>;
}

type KeySet = NonNullable<ReturnType<typeof getJwksCache>>;

interface Known {
  readonly readAt: number;
  readonly server: Promise<ServerMetadata>;
  keys?: KeySet;
  remoteKeys?: JWTVerifyGetKey;
}

/**
 * Opens the directory of a process. It calls the internet and the networks that are named, over https,
 * and gives each answer a few seconds.
 */
export function createProviderDirectory(options: ProviderOptions): ProviderDirectory {
  const guarded = createGuardedFetch(options);
  const call: CustomFetch = async (url, init) =>
    await guarded.fetch(url, init as Parameters<typeof guarded.fetch>[1]);
  const timeout = options.timeoutMs / 1000;
  const known = new Map<string, Known>();

  const discover = async (issuer: string, clientId: string) => {
    const found = await discovery(new URL(issuer), clientId, undefined, None(), {
      [customFetch]: call,
      timeout,
    });
    const server = found.serverMetadata();
    if (!isUsable(server, issuer)) throw new TypeError('The metadata is not what it should be.');
    return server;
  };
  const find = (issuer: string, clientId: string): Known => {
    const before = known.get(issuer);
    if (before !== undefined && Date.now() - before.readAt < METADATA_LIFETIME) return before;
    const entry: Known = { readAt: Date.now(), server: discover(issuer, clientId) };
    known.set(issuer, entry);
    entry.server.catch(() => {
      if (known.get(issuer) === entry) known.delete(issuer);
    });
    return entry;
  };

  return {
    async open({ issuer, clientId, clientSecret }) {
      const entry = find(issuer, clientId);
      const server = await entry.server;
      const client = new Configuration(server, clientId, {}, authOf(server, clientSecret));
      client[customFetch] = call;
      client.timeout = timeout;
      enableNonRepudiationChecks(client);
      if (entry.keys !== undefined) setJwksCache(client, aged(entry.keys));
      return client;
    },
    async openKeys({ issuer, clientId }) {
      const entry = find(issuer, clientId);
      const { jwks_uri: uri = '' } = await entry.server;
      entry.remoteKeys ??= createRemoteJWKSet(new URL(uri), {
        [keyFetch]: async (url, init) =>
          await guarded.fetch(url, init as Parameters<typeof guarded.fetch>[1]),
        timeoutDuration: options.timeoutMs,
      });
      return entry.remoteKeys;
    },
    keep(issuer, client) {
      const entry = known.get(issuer);
      const keys = getJwksCache(client);
      if (entry !== undefined && keys !== undefined) entry.keys = keys;
    },
    forget: (issuer) => void known.delete(issuer),
    close: () => guarded.close(),
  };
}

/**
 * The browser and we go where the metadata says: over https alone. The issuer is checked anew, since
 * the library lets in issuers of many tenants, whose tokens anybody's tenant could sign.
 */
function isUsable(server: ServerMetadata, issuer: string): boolean {
  const { authorization_endpoint, token_endpoint, jwks_uri } = server;
  return (
    new URL(server.issuer).href === new URL(issuer).href &&
    [authorization_endpoint, token_endpoint, jwks_uri].every(
      (url) => url !== undefined && URL.canParse(url) && new URL(url).protocol === 'https:',
    )
  );
}

/** So old that a key which is not among them is asked for at once: providers rotate without notice. */
function aged(keys: KeySet): KeySet {
  const now = Math.floor(Date.now() / 1000);
  return { ...keys, uat: Math.min(keys.uat, now - REFETCH_AFTER_SECONDS) };
}

/** Basic is the default of OpenID Connect Core, 9. */
function authOf(server: ServerMetadata, secret: string | null): ClientAuth {
  if (secret === null) return None();
  const methods = server.token_endpoint_auth_methods_supported;
  const doesBasic = methods === undefined || methods.includes('client_secret_basic');
  return doesBasic ? ClientSecretBasic(secret) : ClientSecretPost(secret);
}
