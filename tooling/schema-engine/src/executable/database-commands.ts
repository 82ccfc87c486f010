import pg from 'pg';
import { dropDatabase } from '../drop-database.ts';

/** Answers `cli can-connect-to-database`, `create-database` and `drop-database`; returns the exit code. */
export async function runDatabaseCommand(command: string, url: string): Promise<number> {
  try {
    switch (command) {
      case 'can-connect-to-database':
        await withClient(url, (client) => client.query('select 1'));
        process.stderr.write('Connection successful\n');
        return 0;
      case 'create-database':
        await withClient(atServer(url), (client) =>
          client.query(`create database ${pg.escapeIdentifier(databaseOf(url))}`),
        );
        process.stderr.write('Database created\n');
        return 0;
      case 'drop-database':
        await withClient(atServer(url), (client) => dropDatabase(client, databaseOf(url)));
        process.stderr.write('Database dropped\n');
        return 0;
      default:
        process.stderr.write(`unknown command: ${command}\n`);
        return 2;
    }
  } catch (error) {
    report(error, url);
    return 1;
  }
}

async function withClient(
  url: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const target = new URL(url);
  target.searchParams.delete('schema');
  const client = new pg.Client({
    connectionString: target.toString(),
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function atServer(url: string): string {
  const target = new URL(url);
  target.pathname = '/postgres';
  return target.toString();
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

const CODES: Readonly<Record<string, string>> = {
  '28P01': 'P1000',
  '28000': 'P1000',
  '3D000': 'P1003',
  '42P04': 'P1009',
  '42501': 'P1010',
};

/** The CLI reads errors as JSON lines and drops the first. */
function report(error: unknown, url: string): void {
  const sqlstate = (error as { code?: string }).code ?? '';
  const code = CODES[sqlstate] ?? 'P1001';
  const { hostname, port, username } = new URL(url);
  const meta = {
    database_name: databaseOf(url),
    database_host: hostname,
    database_port: Number(port === '' ? 5432 : port),
    database_user: decodeURIComponent(username),
  };
  const message = messageOf(code, meta);
  log('INFO', { message: 'Starting schema engine CLI' });
  log('ERROR', { is_panic: false, error_code: code, message, meta });
}

function messageOf(
  code: string,
  meta: { database_name: string; database_host: string; database_port: number },
): string {
  const { database_name: name, database_host: host, database_port: port } = meta;
  switch (code) {
    case 'P1000':
      return `Authentication failed against database server at \`${host}:${port}\`.`;
    case 'P1003':
      return `Database \`${name}\` does not exist on the database server at \`${host}:${port}\`.`;
    case 'P1009':
      return `Database \`${name}\` already exists on the database server at \`${host}:${port}\`.`;
    case 'P1010':
      return `The user was denied access on the database \`${name}\`.`;
    default:
      return `Can't reach database server at \`${host}:${port}\`.`;
  }
}

function log(level: string, fields: Record<string, unknown>): void {
  const timestamp = new Date().toISOString();
  const line = { timestamp, level, fields, target: 'schema_engine::logger' };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
