import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileFolderOf } from '@holovitals/clinical';
import { openWorkspace, resolveTarget } from '@holovitals/migrator';
import {
  CONNECTION_LIMITS,
  findKeyEncryptionKey,
  type ClientOptions,
  type KeyEncryptionKey,
} from '@holovitals/database';
import type {
  ProviderOptions,
  RelyingParty,
  SmtpSettings,
  TwilioSettings,
} from '@holovitals/identity';
import { databaseUrlMissing, settingInvalid, settingMissing } from './errors.ts';

/** In production, where none is told; in development there is no limit. */
const REQUESTS_PER_MINUTE = 3000;
const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 30_000;
const MAX_LAG_MS = 10_000;
/** Somebody who logs in waits for it. */
const PROVIDER_TIMEOUT_MS = 5_000;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** How the API runs, from its environment. */
export interface Settings {
  readonly host: string;
  /** Undefined: 3000, or the next free port. */
  readonly port: number | undefined;
  readonly logLevel: string;
  /** Requests a minute from one address; 0: no limit. */
  readonly requestsPerMinute: number;
  /** Addresses and networks of the proxies in front. */
  readonly trustedProxies: readonly string[];
  /** A URL of the application role. */
  readonly databaseUrl: string;
  /** `REPLICA_DATABASE_URL` and `REPLICA_MAX_LAG`; undefined: the primary serves all reads. */
  readonly replica: { readonly url: string; readonly maxLagMs: number } | undefined;
  /** `DATABASE_POOLER`: what stands between the API and the database. */
  readonly pooler: 'transaction' | undefined;
  /** `DATABASE_POOL_SIZE`, `DATABASE_CONNECT_TIMEOUT`, `DATABASE_KEEP_ALIVE` and what the server ends by itself. */
  readonly connections: Required<
    Pick<ClientOptions, 'maxConnections' | 'connectTimeoutMs' | 'keepAliveMs' | 'limits'>
  >;
  /** As `ENCRYPTION_KEY`, `ENCRYPTION_KEY_FILE` or `ENCRYPTION_KMS_KEY_ID` names it. */
  readonly encryptionKey: KeyEncryptionKey;
  /** Keys the hashes of short codes: `SESSION_SECRET`. */
  readonly codeKey: Uint8Array;
  /** `APP_ORIGINS` and `WEBAUTHN_RP_ID`; null in production where none is told: neither passkeys nor identity providers. */
  readonly relyingParty: RelyingParty | null;
  /** `OIDC_NETWORKS` and `OIDC_CA_FILE`: where identity providers may stand, and who vouches for them. */
  readonly oidc: ProviderOptions;
  /** `SECURE_FILE_STORAGE_PATH`; null: no file is taken. */
  readonly fileFolder: string | null;
  /** Undefined where no mail server is configured: messages wait in the outbox. */
  readonly smtp: SmtpSettings | undefined;
  /** Undefined where no Twilio account is configured: texts wait in the outbox. */
  readonly twilio: TwilioSettings | undefined;
}

/**
 * Reads the API's settings; `.env` fills what the environment leaves out.
 *
 * @throws CodedError `API.SETTING_INVALID`, `API.SETTING_MISSING`, `API.DATABASE_URL_MISSING`
 */
export async function readSettings(environment = process.env): Promise<Settings> {
  const workspace = openWorkspace();
  const { HOST, PORT, LOG_LEVEL, APP_DATABASE_URL, NODE_ENV, RATE_LIMIT } = environment;
  const port = PORT === undefined || PORT === '' ? undefined : Number(PORT);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
    throw settingInvalid('PORT', 'a whole number from 0 to 65535');
  }
  const logLevel = LOG_LEVEL === undefined || LOG_LEVEL === '' ? 'info' : LOG_LEVEL;
  if (!LOG_LEVELS.includes(logLevel))
    throw settingInvalid('LOG_LEVEL', `one of ${LOG_LEVELS.join(', ')}`);
  const requestsPerMinute =
    RATE_LIMIT === undefined || RATE_LIMIT === ''
      ? NODE_ENV === 'production'
        ? REQUESTS_PER_MINUTE
        : 0
      : Number(RATE_LIMIT);
  if (!(Number.isSafeInteger(requestsPerMinute) && requestsPerMinute >= 0)) {
    throw settingInvalid('RATE_LIMIT', 'a whole number of requests a minute');
  }
  const trustedProxies = listOf(environment['TRUSTED_PROXIES']);
  if (!trustedProxies.every(isNetwork)) {
    throw settingInvalid('TRUSTED_PROXIES', 'a list of addresses or networks, such as 10.0.0.0/8');
  }
  const folder = fileFolderOf(environment);
  const given =
    APP_DATABASE_URL === undefined || APP_DATABASE_URL === '' ? undefined : APP_DATABASE_URL;
  if (given === undefined && NODE_ENV === 'production') throw databaseUrlMissing();
  return {
    host: HOST === undefined || HOST === '' ? '127.0.0.1' : HOST,
    port,
    logLevel,
    requestsPerMinute,
    trustedProxies,
    pooler: readPooler(environment['DATABASE_POOLER']),
    connections: readConnections(environment),
    replica: readReplica(environment),
    databaseUrl: given ?? (await resolveTarget(workspace)).appUrl,
    encryptionKey: readKeyEncryptionKey(environment),
    codeKey: Buffer.from(required(environment, 'SESSION_SECRET'), 'utf8'),
    relyingParty: readRelyingParty(environment),
    oidc: readOidc(environment),
    fileFolder: folder === null ? null : resolve(workspace.root, folder),
    smtp: readSmtp(environment),
    twilio: readTwilio(environment),
  };
}

function readPooler(given: string | undefined): 'transaction' | undefined {
  if (given === undefined || given === '' || given === 'session') return undefined;
  if (given !== 'transaction') throw settingInvalid('DATABASE_POOLER', 'transaction or session');
  return given;
}

function readReplica(environment: NodeJS.ProcessEnv): Settings['replica'] {
  const { REPLICA_DATABASE_URL: url } = environment;
  if (url === undefined || url === '') return undefined;
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw settingInvalid('REPLICA_DATABASE_URL', 'a URL of PostgreSQL');
  }
  return { url, maxLagMs: wholeNumber(environment, 'REPLICA_MAX_LAG', MAX_LAG_MS, 1) };
}

function wholeNumber(
  environment: NodeJS.ProcessEnv,
  name: string,
  otherwise: number,
  least: number,
): number {
  const text = environment[name];
  if (text === undefined || text === '') return otherwise;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw settingInvalid(name, `a whole number from ${least} on`);
}

function readConnections(environment: NodeJS.ProcessEnv): Settings['connections'] {
  const whole = (name: string, otherwise: number, least: number) =>
    wholeNumber(environment, name, otherwise, least);
  const { statementTimeoutMs, lockTimeoutMs, idleInTransactionTimeoutMs } = CONNECTION_LIMITS;
  return {
    maxConnections: whole('DATABASE_POOL_SIZE', POOL_SIZE, 1),
    connectTimeoutMs: whole('DATABASE_CONNECT_TIMEOUT', CONNECT_TIMEOUT_MS, 1),
    keepAliveMs: whole('DATABASE_KEEP_ALIVE', KEEP_ALIVE_MS, 0),
    limits: {
      statementTimeoutMs: whole('DATABASE_STATEMENT_TIMEOUT', statementTimeoutMs, 0),
      lockTimeoutMs: whole('DATABASE_LOCK_TIMEOUT', lockTimeoutMs, 0),
      idleInTransactionTimeoutMs: whole('DATABASE_IDLE_TIMEOUT', idleInTransactionTimeoutMs, 0),
    },
  };
}

function required(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '' || value.startsWith('your-')) throw settingMissing(name);
  return value;
}

/** @throws CodedError `DATABASE.ENCRYPTION_KEY_*` where what is set is none */
function readKeyEncryptionKey(environment: NodeJS.ProcessEnv): KeyEncryptionKey {
  const kek = findKeyEncryptionKey(environment);
  if (kek === undefined) throw settingMissing('ENCRYPTION_KEY');
  return kek;
}

/** A passkey works on the pages of its domain and below it (WebAuthn level 3, 5.1.3). */
function readRelyingParty(environment: NodeJS.ProcessEnv): RelyingParty | null {
  const { APP_ORIGINS, WEBAUTHN_RP_ID, NODE_ENV } = environment;
  const isProduction = NODE_ENV === 'production';
  const origins = listOf(APP_ORIGINS);
  if (origins.length === 0) {
    return isProduction ? null : { id: 'localhost', origins: ['http://localhost:3000'] };
  }
  const isOrigin = (text: string) =>
    URL.canParse(text) &&
    new URL(text).origin === text &&
    (text.startsWith('https://') || new URL(text).hostname === 'localhost');
  if (!origins.every(isOrigin)) {
    throw settingInvalid('APP_ORIGINS', 'a list of origins, such as https://app.example.org');
  }
  const hosts = origins.map((origin) => new URL(origin).hostname);
  const id = WEBAUTHN_RP_ID === undefined || WEBAUTHN_RP_ID === '' ? hosts[0] : WEBAUTHN_RP_ID;
  if (id === undefined || !hosts.every((host) => host === id || host.endsWith(`.${id}`))) {
    throw settingInvalid('WEBAUTHN_RP_ID', 'a domain that every one of APP_ORIGINS lies in');
  }
  return { id, origins };
}

/** In development a provider may stand on this machine. */
function readOidc(environment: NodeJS.ProcessEnv): Settings['oidc'] {
  const { OIDC_NETWORKS, OIDC_CA_FILE, NODE_ENV } = environment;
  const networks = listOf(OIDC_NETWORKS);
  if (!networks.every(isNetwork)) {
    throw settingInvalid('OIDC_NETWORKS', 'a list of addresses or networks, such as 10.1.0.0/16');
  }
  if (NODE_ENV !== 'production') networks.push('127.0.0.0/8', '::1');
  if (OIDC_CA_FILE === undefined || OIDC_CA_FILE === '')
    return { networks, authorities: [], timeoutMs: PROVIDER_TIMEOUT_MS };
  try {
    const pem = readFileSync(OIDC_CA_FILE, 'utf8');
    new X509Certificate(pem);
    return { networks, authorities: [pem, ...rootCertificates], timeoutMs: PROVIDER_TIMEOUT_MS };
  } catch {
    throw settingInvalid('OIDC_CA_FILE', 'a file of certificates in PEM form that can be read');
  }
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function readSmtp(environment: NodeJS.ProcessEnv): SmtpSettings | undefined {
  const { SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASSWORD, SMTP_FROM, NODE_ENV } = environment;
  // The example's host is nobody's.
  if (SMTP_HOST === undefined || SMTP_HOST === '' || SMTP_HOST === 'smtp.example.com') {
    return undefined;
  }
  const port = Number(SMTP_PORT ?? 587);
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw settingInvalid('SMTP_PORT', 'a whole number from 1 to 65535');
  }
  const from = SMTP_FROM ?? SMTP_USER;
  if (from === undefined || from === '') throw settingMissing('SMTP_FROM');
  return {
    host: SMTP_HOST,
    port,
    from,
    requireTls: NODE_ENV === 'production',
    ...(SMTP_USER !== undefined &&
      SMTP_USER !== '' && { user: SMTP_USER, password: SMTP_PASSWORD ?? '' }),
  };
}

function readTwilio(environment: NodeJS.ProcessEnv): TwilioSettings | undefined {
  const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER, TWILIO_API_URL } =
    environment;
  // The example's account is nobody's.
  if (!TWILIO_ACCOUNT_SID || TWILIO_ACCOUNT_SID.startsWith('your-')) return undefined;
  if (!/^AC[0-9a-f]{32}$/i.test(TWILIO_ACCOUNT_SID)) {
    throw settingInvalid('TWILIO_ACCOUNT_SID', 'AC and 32 hexadecimal digits');
  }
  if (!TWILIO_AUTH_TOKEN) throw settingMissing('TWILIO_AUTH_TOKEN');
  if (!/^\+[1-9]\d{6,14}$/.test(TWILIO_PHONE_NUMBER ?? '')) {
    throw settingInvalid(
      'TWILIO_PHONE_NUMBER',
      'a number in international form, such as +15550100',
    );
  }
  return {
    accountSid: TWILIO_ACCOUNT_SID,
    authToken: TWILIO_AUTH_TOKEN,
    from: TWILIO_PHONE_NUMBER ?? '',
    apiUrl: TWILIO_API_URL === '' ? undefined : TWILIO_API_URL,
  };
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
  );
}
