import { connect, type AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServerOptions } from '../src/build-server.ts';
import type { Server } from '../src/routes.ts';
import { openTestPlatform, type TestPlatform } from './test-platform.ts';

const opened: TestPlatform[] = [];

afterEach(async () => {
  for (const platform of opened.splice(0)) await platform.close();
});

async function serve(options: Partial<ServerOptions>, readinessAsked = () => {}): Promise<Server> {
  const platform = await openTestPlatform(
    {
      readReadiness() {
        readinessAsked();
        return Promise.resolve([]);
      },
    },
    options,
  );
  opened.push(platform);
  return platform.server;
}

async function statuses(
  server: Server,
  times: number,
  request: { url: string; remoteAddress?: string; headers?: Record<string, string> },
): Promise<number[]> {
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) {
    found.push((await server.inject(request)).statusCode);
  }
  return found;
}

/** Sends a byte of the body every second until the server ends the connection; answers what it said. */
async function trickle(port: number, url: string, type = 'application/json'): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => (answer += data.toString()));
  socket.on('error', () => undefined);
  socket.write(
    `POST ${url} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: 1000\r\n\r\n{`,
  );
  const timer = setInterval(() => socket.write(' '), 1_000);
  return await new Promise((resolve) => {
    socket.once('close', () => {
      clearInterval(timer);
      resolve(answer);
    });
  });
}

describe('limits', () => {
  it('refuses an address beyond its requests a minute, and says when to ask again', async () => {
    const server = await serve({ requestsPerMinute: 2 });
    expect(await statuses(server, 3, { url: '/v1/permissions' })).toEqual([200, 200, 429]);
    const answer = await server.inject('/v1/schema/models');
    expect(answer.statusCode).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 429, code: 'API.RATE_EXCEEDED' });
  });

  it('counts what is asked at unknown addresses too', { tags: 'slow' }, async () => {
    const server = await serve({ requestsPerMinute: 1 });
    expect(await statuses(server, 2, { url: '/nope' })).toEqual([404, 429]);
  });

  it(
    'counts each address by itself, and an IPv6 network of 64 bits as one',
    { tags: 'slow' },
    async () => {
      const server = await serve({ requestsPerMinute: 1 });
      const ask = async (remoteAddress: string) =>
        (await statuses(server, 1, { url: '/v1/schema/models', remoteAddress }))[0];
      expect(await ask('192.0.2.1')).toBe(200);
      expect(await ask('192.0.2.2')).toBe(200);
      expect(await ask('192.0.2.1')).toBe(429);
      expect(await ask('2001:db8::1')).toBe(200);
      expect(await ask('2001:db8::2')).toBe(429);
      expect(await ask('2001:db8:0:1::1')).toBe(200);
    },
  );

  it('believes x-forwarded-for from a trusted proxy alone', async () => {
    const ask = async (server: Server, caller: string, remoteAddress: string) => {
      const headers = { 'x-forwarded-for': caller };
      return (await statuses(server, 1, { url: '/v1/schema/models', remoteAddress, headers }))[0];
    };
    const server = await serve({ requestsPerMinute: 1, trustedProxies: ['10.0.0.0/8'] });
    expect(await ask(server, '192.0.2.1', '10.0.0.1')).toBe(200);
    expect(await ask(server, '192.0.2.2', '10.0.0.1')).toBe(200);
    expect(await ask(server, '192.0.2.1', '10.0.0.1')).toBe(429);
    expect(await ask(server, '192.0.2.7', '198.51.100.1')).toBe(200);
    expect(await ask(server, '192.0.2.8', '198.51.100.1')).toBe(429);
  });

  it(
    'gives up on a body that trickles in, of a caller it knows or does not',
    { tags: 'slow', timeout: 60_000 },
    async () => {
      const server = await serve({});
      await server.listen({ port: 0, host: '127.0.0.1' });
      const { port } = server.server.address() as AddressInfo;
      const [login, unread, nobody] = await Promise.all([
        trickle(port, '/v1/auth/login'),
        trickle(port, '/v1/auth/login', 'text/odd'),
        trickle(port, '/v1/patients/018f0000-0000-7000-8000-00000000000a/files'),
      ]);
      expect(login).toMatch(/^HTTP\/1.1 408 /);
      expect(login).toContain('application/problem+json');
      expect(unread).toMatch(/^HTTP\/1.1 415 /);
      expect(nobody).toMatch(/^HTTP\/1.1 401 /);
    },
  );

  it('never limits probes, and lets those that come together share one look', async () => {
    let looks = 0;
    const server = await serve({ requestsPerMinute: 1 }, () => (looks += 1));
    expect(new Set(await statuses(server, 5, { url: '/health/live' }))).toEqual(new Set([200]));
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => server.inject('/health/ready')),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
    expect(looks).toBe(1);
    expect((await server.inject('/health/ready')).statusCode).toBe(200);
    expect(looks).toBe(2);
  });
});

describe('the log', () => {
  const SECRET = '078-05-1120';

  it('holds what is on its list and nothing that a caller sent', async () => {
    const log = new PassThrough();
    const server = await serve({ logLevel: 'trace', log });
    const headers = { authorization: `Bearer ${SECRET}`, cookie: SECRET, 'user-agent': SECRET };
    for (const url of [
      `/v1/terminology/loinc?q=${SECRET}`,
      `/v1/schema/models/${SECRET}`,
      `/v1/roles?unknown=${SECRET}`,
      `/${SECRET}`,
      `/%zz${SECRET}`,
    ]) {
      await server.inject({ url, headers });
    }
    await server.inject({
      method: 'POST',
      url: '/v1/roles',
      headers: { ...headers, 'content-type': 'application/json' },
      payload: `{"ssn":"${SECRET}"`,
    });
    const lines = linesOf(log);
    expect(lines.length).toBeGreaterThanOrEqual(5);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
    const served = lines.filter(({ msg }) => msg === 'served');
    expect(served.map(({ request }) => request)).toContainEqual({
      method: 'GET',
      route: '/v1/schema/models/:name',
    });
    for (const line of served) {
      const keys = ['hostname', 'level', 'msg', 'pid', 'reply', 'reqId', 'request', 'time'];
      expect(Object.keys(line).sort()).toEqual(keys);
      expect(Object.keys(line['reply'] as object).sort()).toEqual(['ms', 'status']);
    }
  });

  it('tells the name and the code of an error, never its text', async () => {
    const log = new PassThrough();
    const server = await serve({ logLevel: 'info', log });
    const error = Object.assign(new Error(`invalid input: "${SECRET}"`), { code: '22P02' });
    server.log.error({ err: error }, 'failed');
    server.log.error(error, 'failed');
    const lines = linesOf(log).filter((line) => 'err' in line);
    expect(lines[0]?.['err']).toEqual({
      ...{ type: 'Error', code: '22P02', message: 'withheld' },
      stack: expect.stringMatching(/^at .*limits-and-log/) as string,
    });
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });
});

function linesOf(log: PassThrough): Record<string, unknown>[] {
  const text = String(log.read() ?? '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
