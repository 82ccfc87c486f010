import { expect, it } from 'vitest';
import { clientEnvironment } from './client-environment.ts';

const NOBODY = { PATH: '/bin', PGHOST: 'elsewhere', PGSERVICE: 'elsewhere', SECRET_KEY: 'x' };
const tls = (parameters: string, major = 18) => {
  const all = clientEnvironment(`postgresql://u:p@host/d?${parameters}`, major, NOBODY);
  return Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith('PGSSL')));
};

it('says a URL in the variables of libpq, and hands on nothing that it was not asked for', () => {
  const url =
    'postgresql://us%22er:p%40ss@[::1]:6543/my%20d=b?options=-c%20role%3Dx&sslmode=disable';
  expect(clientEnvironment(url, 18, NOBODY)).toEqual({
    PATH: '/bin',
    PGHOST: '::1',
    PGPORT: '6543',
    PGUSER: 'us"er',
    PGPASSWORD: 'p@ss',
    PGDATABASE: 'my d=b',
    PGOPTIONS: '-c role=x',
    PGAPPNAME: 'migrator',
    PGCONNECT_TIMEOUT: '10',
    PGSSLMODE: 'disable',
    LC_ALL: 'C',
  });
});

it('goes through a socket where the URL names its folder', () => {
  const url = 'postgresql://u@localhost/d?host=/var/run/postgresql';
  expect(clientEnvironment(url, 18, NOBODY)).toMatchObject({ PGHOST: '/var/run/postgresql' });
});

it('verifies a certificate wherever the driver does', () => {
  expect(tls('')).toEqual({ PGSSLMODE: 'disable' });
  expect(tls('sslmode=no-verify')).toEqual({ PGSSLMODE: 'require' });
  for (const words of ['sslmode=require', 'sslmode=verify-full', 'ssl=true']) {
    expect(tls(words)).toEqual({ PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'system' });
  }
  expect(tls('sslmode=require&uselibpqcompat=true')).toEqual({ PGSSLMODE: 'require' });
});
