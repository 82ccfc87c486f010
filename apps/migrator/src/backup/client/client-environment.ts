import { existsSync } from 'node:fs';
import pg from 'pg';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a program of PostgreSQL needs beside the connection. */
const KEPT = ['PATH', 'HOME', 'PGPASSFILE', 'LD_LIBRARY_PATH', 'TMPDIR', 'SYSTEMROOT', 'APPDATA'];
/** The authorities that the system trusts, where libpq is too old to find them. */
const AUTHORITIES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];
/** Since this version libpq knows `sslrootcert=system`. */
const KNOWS_SYSTEM = 16;

/**
 * Says a database URL in the variables that libpq reads, as the migrator itself understands it. A
 * password so stands in no list of arguments, which everyone on the machine can read, and in no file.
 */
export function clientEnvironment(
  url: string,
  clientMajor: number,
  environment: Environment = process.env,
): Record<string, string> {
  const { host, port, user, database, password } = new pg.Client({ connectionString: url });
  const { searchParams } = new URL(url);
  const given = {
    ...Object.fromEntries(KEPT.map((name) => [name, environment[name]])),
    ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGDATABASE: database },
    ...{ PGPASSWORD: password, PGOPTIONS: searchParams.get('options') ?? undefined },
    ...{ PGAPPNAME: 'migrator', PGCONNECT_TIMEOUT: searchParams.get('connect_timeout') ?? '10' },
    ...tlsOf(searchParams, clientMajor, environment),
    LC_ALL: 'C',
  };
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''),
  );
}

/**
 * The driver verifies a certificate with each mode but `disable` and `no-verify`, and uses TLS only
 * where it is told to; libpq's words mean less, unless the URL asks for libpq's meaning.
 */
function tlsOf(
  parameters: URLSearchParams,
  clientMajor: number,
  environment: Environment,
): Record<string, string | undefined> {
  const isOn = /^(?:true|1)$/.test(parameters.get('ssl') ?? '');
  const mode = parameters.get('sslmode') ?? environment['PGSSLMODE'] ?? (isOn ? 'require' : '');
  const files = {
    PGSSLROOTCERT: parameters.get('sslrootcert') ?? undefined,
    PGSSLCERT: parameters.get('sslcert') ?? undefined,
    PGSSLKEY: parameters.get('sslkey') ?? undefined,
  };
  if (parameters.get('uselibpqcompat') === 'true') return { ...files, PGSSLMODE: mode };
  if (mode === '' || mode === 'disable') return { PGSSLMODE: 'disable' };
  if (mode === 'no-verify') return { ...files, PGSSLMODE: 'require' };
  return {
    ...files,
    PGSSLMODE: 'verify-full',
    PGSSLROOTCERT: files.PGSSLROOTCERT ?? trusted(clientMajor),
  };
}

function trusted(clientMajor: number): string | undefined {
  return clientMajor >= KNOWS_SYSTEM ? 'system' : AUTHORITIES.find((file) => existsSync(file));
}
