import { expect, it } from 'vitest';
import { judgeConnections, judgeLatency } from './checks/connection.ts';
import { judgeReplay } from './checks/replication.ts';
import { judgeTransaction } from './checks/sessions.ts';
import { judgeCache } from './checks/tables.ts';
import { judgeAge } from './checks/wraparound.ts';

const gravest = ({ findings }: { findings: readonly { severity: string }[] }) =>
  findings[0]?.severity;

it('leaves what is usual alone', () => {
  expect(judgeLatency(250).findings).toEqual([]);
  expect(judgeConnections(79, 100).findings).toEqual([]);
  expect(judgeReplay(60, true).findings).toEqual([]);
  expect(judgeCache(900, 100_000 - 900).findings).toEqual([]);
  expect(judgeAge(400_000_000, 200_000_000)).toBeNull();
});

it('weighs what is not', () => {
  expect(gravest(judgeLatency(251))).toBe('warning');
  expect(gravest(judgeConnections(80, 100))).toBe('warning');
  expect(gravest(judgeConnections(95, 100))).toBe('critical');
  expect(gravest(judgeReplay(61, true))).toBe('warning');
  expect(gravest(judgeReplay(901, true))).toBe('critical');
  expect(gravest(judgeReplay(0, false))).toBe('critical');
  expect(judgeReplay(61, true, true).findings[0]?.sql).toEqual(['SELECT pg_wal_replay_resume()']);
  expect(gravest(judgeCache(89_000, 20_000))).toBe('info');
  expect(judgeAge(400_000_001, 200_000_000)).toBe('warning');
  expect(judgeAge(1_073_741_825, 2_000_000_000)).toBe('warning');
  expect(judgeAge(1_600_000_001, 200_000_000)).toBe('critical');
});

it('tells who forgot a transaction from who works long, and quotes the role', () => {
  const session = { pid: 7, role: 'a "b"', application: 'app', openSeconds: 400 };
  const idle = { ...session, state: 'idle in transaction', stateSeconds: 61 };
  expect(judgeTransaction(idle)).toMatchObject([{ code: 'TRANSACTION_IDLE', severity: 'warning' }]);
  expect(judgeTransaction(idle)[0]?.sql[1]).toContain('ALTER ROLE "a ""b""" SET');
  const works = { ...session, state: 'active', stateSeconds: 0, openSeconds: 3_601 };
  expect(judgeTransaction(works)).toMatchObject([
    { code: 'TRANSACTION_LONG', severity: 'critical' },
  ]);
  expect(judgeTransaction({ ...works, openSeconds: 300 })).toEqual([]);
});
