import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type pg from 'pg';
import { critical, ok, warning, type Verdict } from './finding.ts';

/** What is known of a session's encryption. */
export interface TlsFacts {
  /** From here to what answers, which may be a pooler. */
  readonly ssl: boolean;
  readonly version: string | null;
  /** The server is reached by something in between, from another host, without encryption. */
  readonly isPlainBeyond: boolean;
}

/** Reads whether a session is encrypted: of its own socket, and of the one that the server serves. */
export async function readTls(client: pg.Client): Promise<TlsFacts> {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  const own = stream instanceof TLSSocket ? stream.getProtocol() : null;
  const { rows } = await client.query<{ isPlain: boolean }>(
    `select not ssl and not coalesce(inet_client_addr() <<= '127.0.0.0/8' or inet_client_addr() = '::1', true) as "isPlain"
     from pg_stat_ssl where pid = pg_backend_pid()`,
  );
  return {
    ...{ ssl: own !== null, version: own },
    isPlainBeyond: own !== null && rows[0]?.isPlain === true,
  };
}

/** Judges a session by the URL it was opened with. */
export function judgeTls(
  { ssl, version, isPlainBeyond }: TlsFacts,
  url: string,
  production: boolean,
): Verdict {
  if (!ssl) {
    if (isLocal(url)) return ok('The connection stays on this machine.');
    return (production ? critical : warning)(
      'The connection to another host is not encrypted.',
      'Whoever can read the network reads every row.',
      'Switch TLS on at the server and add `?sslmode=verify-full` to the URL.',
    );
  }
  if (isPlainBeyond) {
    return (production ? critical : warning)(
      'The connection is encrypted up to a pooler, and from there to the server it is not.',
      'Whoever can read that network reads every row.',
      'Switch TLS on at the server, and let the pooler use it: `server_tls_sslmode` in PgBouncer.',
    );
  }
  if (version !== null && /^TLSv1(\.1)?$/.test(version)) {
    return warning(
      `The connection is encrypted with ${version}.`,
      'It is broken and was withdrawn (RFC 8996).',
      "Set ssl_min_protocol_version to 'TLSv1.2' at the server.",
    );
  }
  if (new URL(url).searchParams.get('sslmode') === 'no-verify') {
    return warning(
      `The connection is encrypted with ${version ?? 'TLS'}, and the server's certificate is not verified.`,
      'Another machine can pass itself off as the server.',
      'Use `sslmode=verify-full` and `sslrootcert` in the URL.',
    );
  }
  return ok(`The connection is encrypted with ${version ?? 'TLS'}.`);
}

/** A socket, or an address of this machine's loopback. */
function isLocal(url: string): boolean {
  const { hostname, searchParams } = new URL(url);
  const host = (searchParams.get('host') ?? decodeURIComponent(hostname)).replace(/^\[|\]$/g, '');
  if (host === '' || host.startsWith('/') || host === 'localhost') return true;
  return isIP(host) === 4 ? host.startsWith('127.') : host === '::1';
}
