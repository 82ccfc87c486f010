import { spawn } from 'node:child_process';
import { once } from 'node:events';
import autocannon from 'autocannon';
import { cpuTimeOf } from '../cpu-time.mjs';
import { memoryOf, peakMemoryOf } from '../run-process.mjs';

/** Starts a server program that prints its base URL on its first line. */
export async function startServer(program, args, env) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said = `${said}${text}`.slice(-4000)));
  const first = await Promise.race([
    once(child.stdout.setEncoding('utf8'), 'data').then(([text]) => text),
    once(child, 'close').then(() => {
      throw new Error(`${program} did not start:\n${said}`);
    }),
  ]);
  child.stdout.resume();
  return {
    base: first.trim().split('\n')[0],
    peak: () => peakMemoryOf(child.pid),
    memory: () => memoryOf(child.pid),
    cpuTime: () => cpuTimeOf(child.pid),
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'close');
    },
  };
}

/**
 * Loads a server over kept connections for some seconds. Answers requests a second, the 99th
 * percentile of their time, and what a request cost in CPU, all in milliseconds: of the client that
 * makes it, of the server, and of PostgreSQL; `perCore` is how many the latter two serve in a second
 * of CPU. Throws where one was not answered with a success.
 */
export async function load(server, requests, { seconds, databaseTime }) {
  const read = async () => ({
    client: cpuTimeOf(process.pid),
    server: server.cpuTime(),
    database: await databaseTime(),
  });
  const before = await read();
  const result = await shoot(server, { requests, duration: seconds });
  const after = await read();
  const { total } = result.requests;
  const perRequest = (side) => (after[side] - before[side]) / total;
  return {
    perSecond: total / result.duration,
    p99: result.latency.p99,
    peak: server.peak(),
    ...(after.database !== null && {
      cpuClient: perRequest('client'),
      cpuServer: perRequest('server'),
      cpuDatabase: perRequest('database'),
      perCore: 1000 / (perRequest('server') + perRequest('database')),
    }),
  };
}

/** So many requests that every connection has planned its statements and the program is compiled. */
export async function warmUp(server, requests, amount) {
  await shoot(server, { requests, amount });
}

/**
 * Offers a server so many requests a second, whether or not it keeps up: one that waits to be sent
 * counts from when it was due. Answers the percentiles of their time, in milliseconds.
 */
export async function offer(server, requests, { seconds, rate, connections }) {
  const extent = { duration: seconds, overallRate: rate, connections };
  const { latency } = await shoot(server, { requests, ...extent });
  return { p50: latency.p50, p99: latency.p99, max: latency.max };
}

/** Thirty-two connections, each with the next request when the last is answered. */
async function shoot(server, { requests, ...extent }) {
  const options = { url: server.base, connections: 32, requests, excludeErrorStats: false };
  const result = await autocannon({ ...options, ...extent });
  const failed = result.errors + result.timeouts + result.non2xx;
  if (failed > 0) throw new Error(`${failed} of ${result.requests.total} requests failed.`);
  return result;
}
