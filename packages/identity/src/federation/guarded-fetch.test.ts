import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createGuardedFetch } from './guarded-fetch.ts';

const MEBIBYTE = 1024 * 1024;
const LOOPBACK = ['127.0.0.0/8', '::1'];
const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function listen(answer: RequestListener) {
  const server: Server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({ close: () => (server.closeAllConnections(), server.close()) });
  let connections = 0;
  server.on('connection', () => (connections += 1));
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

function guard(networks: readonly string[], timeoutMs = 2_000) {
  const guarded = createGuardedFetch({ networks, authorities: [], timeoutMs });
  open.push(guarded);
  return async (url: string) => {
    const answer = await guarded.fetch(url, {});
    return { status: answer.status, body: await answer.text() };
  };
}

describe('a guarded fetch', () => {
  it.each([
    ...['127.0.0.1', 'localhost', '2130706433', '0x7f.0.0.1', '127.1', '0.0.0.0'],
    ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::127.0.0.1]'],
  ])('does not connect to this machine by the name %s', async (host) => {
    const { port, connections } = await listen((_request, response) => response.end('inside'));
    await expect(guard([])(`http://${host}:${port}/`)).rejects.toThrow(TypeError);
    expect(connections()).toBe(0);
  });

  it.each(['127.0.0.1', 'localhost'])('connects to %s where the network is named', async (host) => {
    const { port } = await listen((_request, response) => response.end('hello'));
    const answer = await guard(LOOPBACK)(`http://${host}:${port}/`);
    expect(answer).toEqual({ status: 200, body: 'hello' });
  });

  it.each([
    ...['10.0.0.1', '100.64.0.1', '169.254.169.254', '172.31.0.1', '192.168.0.1', '192.88.99.1'],
    ...['[fd00:ec2::254]', '[fe80::1]', '[fec0::1]', '[2002:7f00:1::]', '[2001::1]', '[3fff::1]'],
  ])('refuses %s before it connects', async (host) => {
    // The refusal is our own: fetch itself would say `fetch failed`.
    await expect(guard(LOOPBACK)(`http://${host}/`)).rejects.toThrow('not on the internet');
  });

  it('follows no redirect', async () => {
    const inside = await listen((_request, response) => response.end('inside'));
    const { port } = await listen((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${inside.port}/` }).end();
    });
    const { status } = await guard(LOOPBACK)(`http://127.0.0.1:${port}/`);
    expect(status).toBe(302);
    expect(inside.connections()).toBe(0);
  });

  it('reads half a mebibyte at most, and unpacks nothing', async () => {
    const packed = gzipSync(Buffer.alloc(100 * MEBIBYTE));
    expect(packed.length).toBeLessThan(MEBIBYTE / 2);
    const { port } = await listen(({ url }, response) => {
      if (url === '/packed') response.setHeader('content-encoding', 'gzip').end(packed);
      else response.end(Buffer.alloc(url === '/small' ? MEBIBYTE / 4 : MEBIBYTE));
    });
    const call = guard(LOOPBACK);
    const base = `http://127.0.0.1:${port}`;
    expect((await call(`${base}/small`)).body.length).toBe(MEBIBYTE / 4);
    await expect(call(`${base}/big`)).rejects.toThrow(TypeError);
    await expect(call(`${base}/packed`)).rejects.toThrow('packed');
  });

  it('waits for nobody for long', async () => {
    const { port, connections } = await listen(() => undefined);
    await expect(guard(LOOPBACK, 200)(`http://127.0.0.1:${port}/`)).rejects.toThrow(TypeError);
    expect(connections()).toBe(1);
  });
});
