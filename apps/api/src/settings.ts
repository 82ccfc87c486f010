import { openWorkspace, resolveTarget } from '@holovitals/migrator';
import { databaseUrlMissing, settingInvalid } from './errors.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** How the API runs, from its environment. */
export interface Settings {
  readonly host: string;
  /** Undefined: 3000, or the next free port. */
  readonly port: number | undefined;
  readonly logLevel: string;
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
  const { HOST, PORT, LOG_LEVEL, APP_DATABASE_URL, NODE_ENV } = environment;
  const port = PORT === undefined || PORT === '' ? undefined : Number(PORT);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
    throw settingInvalid('PORT', 'a whole number from 0 to 65535');
  }
  const logLevel = LOG_LEVEL === undefined || LOG_LEVEL === '' ? 'info' : LOG_LEVEL;
  if (!LOG_LEVELS.includes(logLevel))
    throw settingInvalid('LOG_LEVEL', `one of ${LOG_LEVELS.join(', ')}`);
  const given =
    APP_DATABASE_URL === undefined || APP_DATABASE_URL === '' ? undefined : APP_DATABASE_URL;
  if (given === undefined && NODE_ENV === 'production') throw databaseUrlMissing();
  return {
    host: HOST === undefined || HOST === '' ? '127.0.0.1' : HOST,
    port,
    logLevel,
    databaseUrl: given ?? (await resolveTarget(workspace)).appUrl,
  };
}
