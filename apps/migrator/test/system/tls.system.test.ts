import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startScratchServer, type ScratchServer } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShop, type Run, type Shop } from '../shop-workspace.ts';

const PASSWORD = 'a "secret" of the owner';

let shop: Shop;
let server: ScratchServer;
let folder: string;

beforeAll(async () => {
  shop = await openShop();
  folder = mkdtempSync(path.join(os.tmpdir(), 'tls-'));
  makeAuthority('root');
  makeAuthority('middle', 'root');
  makeAuthority('stranger');
  makeCertificate('server', 'middle');
  server = await startScratchServer();
  const admin = new pg.Client({ connectionString: server.url() });
  await admin.connect();
  const { rows } = await admin.query<{ data: string }>(
    `select current_setting('data_directory') as data`,
  );
  const data = rows[0]?.data ?? '';
  giveTo(data, 'server.crt', `${read('server.crt')}${read('middle.crt')}`);
  giveTo(data, 'server.key', read('server.key'));
  await admin.query('alter system set ssl = on');
  await admin.query(`create role shop_owner login createdb createrole password '${PASSWORD}'`);
  await admin.query('create database shop owner shop_owner');
  await admin.query('select pg_reload_conf()');
  await admin.end();
}, 120_000);

afterAll(async () => {
  await server?.destroy();
  await shop?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string) => path.join(folder, name);
const read = (name: string) => readFileSync(file(name), 'utf8');
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

/** A root signs itself; one in the middle is signed by another. */
function makeAuthority(name: string, by?: string): void {
  const ca = ['-addext', 'basicConstraints=critical,CA:TRUE'];
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-subj', `/CN=${name}`];
  if (by === undefined) {
    openssl('req', '-x509', ...key, ...ca, '-days', '2', '-out', `${name}.crt`);
    return;
  }
  openssl('req', ...key, '-out', `${name}.csr`);
  sign(name, by, 'basicConstraints=critical,CA:TRUE');
}

/** For `localhost`, and for no address. */
function makeCertificate(name: string, by: string): void {
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-subj', '/CN=database'];
  openssl('req', ...key, '-out', `${name}.csr`);
  sign(name, by, 'subjectAltName=DNS:localhost');
}

function sign(name: string, by: string, extension: string): void {
  writeFileSync(file(`${name}.ext`), extension);
  const authority = ['-CA', `${by}.crt`, '-CAkey', `${by}.key`, '-CAcreateserial'];
  const request = ['-in', `${name}.csr`, '-extfile', `${name}.ext`];
  openssl('x509', '-req', ...request, ...authority, '-days', '2', '-out', `${name}.crt`);
}

/** The server takes a key that its own user alone can read. */
function giveTo(data: string, name: string, text: string): void {
  const { uid, gid } = statSync(data);
  writeFileSync(path.join(data, name), text, { mode: 0o600 });
  chmodSync(path.join(data, name), 0o600);
  chownSync(path.join(data, name), uid, gid);
}

function through(parameters: Readonly<Record<string, string>>, ...args: string[]): Promise<Run> {
  const { host = 'localhost', ...rest } = parameters;
  const url = new URL(server.url({ database: 'shop' }));
  [url.hostname, url.username, url.password] = [host, 'shop_owner', encodeURIComponent(PASSWORD)];
  for (const [name, value] of Object.entries(rest)) url.searchParams.set(name, value);
  const app = new URL(url);
  [app.username, app.password] = ['shop_app', 'app-secret'];
  return shop.migratorWith(
    { DATABASE_URL: url.toString(), APP_DATABASE_URL: app.toString() },
    ...args,
  );
}

const verified = () => ({ sslmode: 'verify-full', sslrootcert: file('root.crt') });

it('works through a chain to a private authority, and doctor tells that it is encrypted', async () => {
  expect(await through(verified(), 'roles', 'sync')).toMatchObject({ code: 0 });
  expect(await through(verified(), 'dev', '--name', 'first')).toMatchObject({ code: 0 });
  const { stdout } = await through(verified(), 'doctor', '--json');
  const { findings } = JSON.parse(stdout) as { findings: { name: string; what: string }[] };
  const encrypted = { what: 'The connection is encrypted with TLSv1.3.', state: 'ok' };
  expect(findings.filter(({ name }) => name.startsWith('tls'))).toMatchObject([
    encrypted,
    encrypted,
    { state: 'ok' },
  ]);
});

it.each([
  {
    of: 'nobody’s authority is named',
    sslrootcert: undefined,
    host: 'localhost',
    fix: 'sslrootcert',
  },
  {
    of: 'another authority is named',
    sslrootcert: 'stranger.crt',
    host: 'localhost',
    fix: 'sslrootcert',
  },
  {
    of: 'it answers to another name',
    sslrootcert: 'root.crt',
    host: '127.0.0.1',
    fix: 'host name that the certificate is for',
  },
])('refuses the server where $of, and shows no password', async ({ sslrootcert, host, fix }) => {
  const named = sslrootcert === undefined ? {} : { sslrootcert: file(sslrootcert) };
  const run = await through({ sslmode: 'verify-full', host, ...named }, 'status');
  expect(run).toMatchObject({ code: 4, stdout: '' });
  expect(run.stderr).toMatch(/CONNECTION_FAILED[^]+certificate was not accepted/);
  expect(run.stderr).toContain(fix);
  expect(run.stderr).not.toContain('secret');
});

it('says which file of a certificate is not there', async () => {
  const run = await through({ sslmode: 'verify-full', sslrootcert: '/no/such.crt' }, 'status');
  expect(run).toMatchObject({ code: 4, stdout: '' });
  expect(run.stderr).toContain('a file of a certificate that the URL names, is not there');
});
