import { isIP } from 'node:net';
import type pg from 'pg';
import { critical, ok, warning, type Verdict } from './finding.ts';

/** What is known of a session's encryption. */
export interface TlsFacts {
  readonly ssl: boolean;
  readonly version: string | null;
}

/** Reads whether the session is encrypted as the server sees it. */
export async function readTls(client: pg.Client): Promise<TlsFacts> {
  const { rows } = await client.query<TlsFacts>(
    'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()',
  );
  return rows[0] ?? { ssl: false, version: null };
}

/** Judges a session by the URL it was opened with. */
export function judgeTls({ ssl, version }: TlsFacts, url: string, production: boolean): Verdict {
  if (!ssl) {
    if (isLocal(url)) return ok('The connection stays on this machine.');
    return (production ? critical : warning)(
      'The connection to another host is not encrypted.',
      'Whoever can read the network reads every row.',
      'Switch TLS on at the server and add `?sslmode=verify-full` to the URL.',
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
