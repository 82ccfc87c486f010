import { isCodedError } from '@holovitals/errors';
import type pg from 'pg';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { poolerRefused } from '../errors.ts';
import { connectPlain } from './connect.ts';

const ROUNDS = 3;
const QUERY_TIMEOUT_MS = 5_000;

/** How a connection reaches its server: one backend of its own, or one that a pooler lends it. */
export type Pooling = 'session' | 'transaction' | 'unknown';

/**
 * Tells whether backends are lent per transaction. Two sessions that stay open each note the
 * backends that serve them: a server, or a pooler in session mode, gives each its own for good, so
 * a backend that serves both, or a session that changes backends, is the proof of lending.
 *
 * @throws CodedError `MIGRATOR.CONNECTION_FAILED`
 */
export async function detectPooling(url: string): Promise<Pooling> {
  const first = await connectPlain(url);
  try {
    const second = await connectPlain(url);
    try {
      return await watchBackends(first, second);
    } finally {
      await second.end().catch(() => undefined);
    }
  } catch (error) {
    if (isCodedError(error)) throw error;
    // A pooler that lends per statement refuses transactions.
    return (error as { code?: string }).code === '08P01' ? 'transaction' : 'unknown';
  } finally {
    await first.end().catch(() => undefined);
  }
}

/**
 * Refuses a pooler that lends backends per transaction: a session's lock would stay on a backend
 * that serves others.
 *
 * @throws CodedError `MIGRATOR.POOLER_REFUSED`
 */
export async function refusePooler(target: DatabaseTarget): Promise<void> {
  if (target.kind === 'embedded') return;
  if ((await detectPooling(target.ownerUrl)) === 'transaction') throw poolerRefused();
}

async function watchBackends(first: pg.Client, second: pg.Client): Promise<Pooling> {
  const seen = { first: new Set<number>(), second: new Set<number>() };
  const isLent = () =>
    seen.first.size > 1 ||
    seen.second.size > 1 ||
    [...seen.first].some((backend) => seen.second.has(backend));
  for (let round = 0; round < ROUNDS; round += 1) {
    seen.first.add(await backendOf(first));
    // Holding a transaction open keeps a lent backend from going back to the first session.
    await second.query('begin');
    seen.second.add(await backendOf(second));
    if (!isLent()) seen.first.add(await backendOf(first));
    await second.query('commit');
    seen.second.add(await backendOf(second));
    if (isLent()) return 'transaction';
  }
  return 'session';
}

async function backendOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>({
    text: 'select pg_backend_pid() as pid',
    query_timeout: QUERY_TIMEOUT_MS,
  } as pg.QueryConfig);
  return rows[0]?.pid ?? 0;
}
