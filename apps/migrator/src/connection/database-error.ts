import { connectionFailed } from '../errors.ts';

/** What of a server's error may be shown: never its message, detail or context, which carry values. */
interface ServerError {
  readonly code?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly dataType?: string;
  readonly position?: string;
}

const MEANINGS: Readonly<Record<string, string>> = {
  '22P02': 'a text does not have the form of its type',
  '23502': 'a value is missing where one is required',
  '23503': 'a row refers to one that does not exist, or is still referred to',
  '23505': 'a value exists already where it must be unique',
  '23514': 'a row breaks a check',
  '23P01': 'a row overlaps another where it may not',
  '25006': 'the server is read-only: a replica, or set so',
  '28P01': 'the password was refused',
  '28000': 'the role was refused',
  '0A000': 'the server does not support it, or a view, policy or trigger uses the column',
  '22021': 'a text is not in the encoding of the database, or holds a NUL',
  '25001': 'the statement cannot run in a transaction, and must be the only one of its migration',
  '2BP01': 'other objects depend on it',
  '3D000': 'the database does not exist',
  '40P01': 'two sessions waited for each other',
  '42601': 'the SQL has a syntax error',
  '42501': 'the role lacks the right',
  '42P13': 'a function cannot be replaced by one of this form',
  '42P16': 'a table or view cannot have this form',
  '42703': 'a column does not exist',
  '42704': 'an object or type does not exist',
  '42710': 'an object of that name exists',
  '42883': 'a function does not exist',
  '42P01': 'a table does not exist',
  '42P07': 'a table or index of that name exists',
  '53100': 'the disk of the server is full',
  '53300': 'the server has no free connection',
  '55P03': 'a lock was not to be had in time: another session holds it',
  '57014': 'it was cancelled, or took longer than its time limit',
  '57P01': 'the server ended the session',
};

/** Tells whether an error is one that the server sent, and not of the connection or a bug. */
export function isServerError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'severity' in error && 'code' in error;
}

/** Tells whether an error is the server's or the connection's; others are bugs. */
export function isDatabaseError(error: unknown): boolean {
  if (isServerError(error)) return true;
  if (!(error instanceof Error)) return false;
  return (
    'errno' in error ||
    /^(Connection terminated|Client (was closed|has encountered))/.test(error.message)
  );
}

/** SQLSTATEs, or classes of them, of what may go well the next time. */
const PASSING = /^(08...|53...|55P03|40001|40P01|57014|57P01|57P02|57P03|58...)$/;

/** Tells whether the same work may go well the next time: a lock, a lost connection, a full disk. */
export function isPassing(error: unknown): boolean {
  if (!isServerError(error)) return isDatabaseError(error);
  return PASSING.test((error as ServerError).code ?? '');
}

/** Tells a server's error from its SQLSTATE and the objects it names, and nothing of its texts. */
export function describeDatabaseError(error: unknown, sql?: string): string {
  const { code, table, column, constraint, dataType, position } = error as ServerError;
  if (code === undefined || !isServerError(error)) return 'The connection was lost.';
  const objects = [
    table !== undefined && `table ${table}`,
    column !== undefined && `column ${column}`,
    constraint !== undefined && `constraint ${constraint}`,
    dataType !== undefined && `type ${dataType}`,
    sql !== undefined && position !== undefined && placeOf(sql, Number(position)),
  ].filter((part): part is string => typeof part === 'string');
  const meaning = MEANINGS[code] ?? 'the server gave this code';
  return `SQLSTATE ${code}: ${meaning}${objects.length > 0 ? ` (${objects.join(', ')})` : ''}.`;
}

/** A position of the server (characters from 1) as line and column. */
function placeOf(sql: string, position: number): string {
  let [line, column, left] = [1, 1, position - 1];
  for (const character of sql) {
    if (left-- <= 0) break;
    if (character === '\n') [line, column] = [line + 1, 1];
    else column += 1;
  }
  return `line ${line}, column ${column}`;
}

/** Turns a failed connection into a coded error that names the host and never the password. */
export function connectionError(error: unknown, url: string): Error {
  const { host } = new URL(url);
  const code = (error as ServerError).code ?? '';
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  switch (code) {
    case '28P01':
    case '28000':
      return connectionFailed(
        host,
        'The role or its password was refused, or the role was never made.',
        'Run `pnpm migrator roles sync`, which makes the roles; where they are there, correct user and password in the URL.',
      );
    case '42501':
      return connectionFailed(
        host,
        `The role may not connect to database "${database}".`,
        `An administrator runs: GRANT CONNECT ON DATABASE "${database}" TO the role of the URL;`,
        code,
      );
    case 'ENOENT':
    case 'EACCES':
      return connectionFailed(
        host,
        'A socket, or a file of a certificate that the URL names, is not there or cannot be read.',
        'Correct host, sslrootcert, sslcert and sslkey in the URL.',
      );
    case '3D000':
      return connectionFailed(
        host,
        `Database "${database}" does not exist.`,
        `Create it: \`pnpm db create ${database}\`.`,
        code,
      );
    case 'ECONNREFUSED':
      return connectionFailed(
        host,
        'Nothing listens there.',
        'Start the server, or correct host and port in the URL.',
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return connectionFailed(host, 'The host name is not known.', 'Correct the host in the URL.');
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return connectionFailed(
        host,
        'The host does not answer.',
        'Correct host and port in the URL, or open the way through the firewall.',
      );
    case '53300':
      return connectionFailed(
        host,
        'The server has no free connection.',
        'End sessions that are not needed, or raise max_connections.',
        code,
      );
    case '57P03':
      return connectionFailed(
        host,
        'The server is starting up or shutting down.',
        'Run the command again in a moment.',
        code,
      );
    default:
      if (/CERT|SIGNATURE|SSL|TLS/.test(code)) {
        return connectionFailed(
          host,
          `The server's certificate was not accepted (${code}).`,
          code === 'ERR_TLS_CERT_ALTNAME_INVALID'
            ? 'Write in the URL the host name that the certificate is for.'
            : 'Name the authority that signed it with `sslrootcert` in the URL.',
        );
      }
      // The client's own texts, which hold no value: it gives these no code.
      if (/does not support SSL/.test((error as Error).message)) {
        return connectionFailed(
          host,
          'The server has no TLS, and the URL asks for it.',
          'Switch TLS on at the server, or take `sslmode` out of the URL.',
        );
      }
      if (/timeout/i.test((error as Error).message)) {
        return connectionFailed(
          host,
          'The server did not answer in time.',
          'Correct host and port in the URL, or see whether the server is overloaded.',
        );
      }
      return connectionFailed(
        host,
        describeDatabaseError(error),
        'Run `pnpm migrator doctor`.',
        code === '' ? undefined : code,
      );
  }
}
