import { isIP } from 'node:net';
import { openWorkspace, resolveTarget } from '@holovitals/migrator';
import { databaseUrlMissing, settingInvalid } from './errors.ts';

const REQUESTS_PER_MINUTE = 3000;
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
}

/**
 * Reads the API's settings; `.env` fills what the environment leaves out.
 *
 * @throws CodedError `API.SETTING_INVALID`, `API.DATABASE_URL_MISSING`
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
    RATE_LIMIT === undefined || RATE_LIMIT === '' ? REQUESTS_PER_MINUTE : Number(RATE_LIMIT);
  if (!(Number.isSafeInteger(requestsPerMinute) && requestsPerMinute >= 0)) {
    throw settingInvalid('RATE_LIMIT', 'a whole number of requests a minute');
  }
  const trustedProxies = (environment['TRUSTED_PROXIES'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (!trustedProxies.every(isNetwork)) {
    throw settingInvalid('TRUSTED_PROXIES', 'a list of addresses or networks, such as 10.0.0.0/8');
  }
  const given =
    APP_DATABASE_URL === undefined || APP_DATABASE_URL === '' ? undefined : APP_DATABASE_URL;
  if (given === undefined && NODE_ENV === 'production') throw databaseUrlMissing();
  return {
    host: HOST === undefined || HOST === '' ? '127.0.0.1' : HOST,
    port,
    logLevel,
    requestsPerMinute,
    trustedProxies,
    databaseUrl: given ?? (await resolveTarget(workspace)).appUrl,
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
