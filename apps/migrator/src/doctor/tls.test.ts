import { describe, expect, it } from 'vitest';
import { judgeTls } from './tls.ts';

const PLAIN = { ssl: false, version: null, isPlainBeyond: false };
const TLS = { ssl: true, version: 'TLSv1.3', isPlainBeyond: false };

describe('judgeTls', () => {
  it.each([
    'postgresql://u:p@localhost/shop',
    'postgresql://u:p@127.0.0.53:5432/shop',
    'postgresql://u:p@[::1]/shop',
    'postgresql:///shop?host=/var/run/postgresql',
    'postgresql://u:p@%2Fvar%2Frun%2Fpostgresql/shop',
  ])('needs no encryption where nothing leaves the machine: %s', (url) => {
    expect(judgeTls(PLAIN, url, true).state).toBe('ok');
  });

  it.each([
    'postgresql://u:p@db.example/shop',
    'postgresql://u:p@10.0.0.1/shop',
    'postgresql://u:p@127.example/shop',
    'postgresql://u:p@localhost/shop?host=db.example',
  ])('refuses an open connection to another host in production: %s', (url) => {
    expect(judgeTls(PLAIN, url, true).state).toBe('critical');
    expect(judgeTls(PLAIN, url, false).state).toBe('warning');
  });

  it('wants a verified certificate and a protocol that is not withdrawn', () => {
    const url = 'postgresql://u:p@db.example/shop';
    expect(judgeTls(TLS, url, true).state).toBe('ok');
    expect(judgeTls(TLS, `${url}?sslmode=no-verify`, true).state).toBe('warning');
    expect(judgeTls({ ...TLS, version: 'TLSv1.1' }, url, true).state).toBe('warning');
  });

  it('asks how a pooler goes on from where it was reached', () => {
    const url = 'postgresql://u:p@pooler.example/shop?sslmode=verify-full';
    expect(judgeTls({ ...TLS, isPlainBeyond: true }, url, true).state).toBe('critical');
    expect(judgeTls({ ...TLS, isPlainBeyond: true }, url, false).state).toBe('warning');
  });
});
