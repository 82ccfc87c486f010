/** @module-tag slow */
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OTHER_MAJORS, startScratchServer, type ScratchServer } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { examineHealth } from '../../src/health/examine-health.ts';

let server: ScratchServer | undefined;

afterEach(async () => {
  await server?.destroy();
});

it.each([...OTHER_MAJORS, undefined])('every check works on PostgreSQL %s', async (version) => {
  const settings = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };
  server = await startScratchServer({ version, settings });
  const report = await examineHealth(server.url({ database: 'postgres' }), new Date());
  expect(report.unseen).toEqual([]);
  const codes = report.findings.map(({ code }) => code);
  const expected = version === 14 ? ['SCHEMA_OPEN'] : [];
  expect(codes.filter((code) => code !== 'CHECKSUMS_OFF')).toEqual(expected);
});

it('looks at a replica, and tells that it receives nothing', async () => {
  server = await startScratchServer();
  const { rows } = await query(server.url(), 'show data_directory');
  const folder = String(Object.values(rows[0] ?? {})[0]);
  await server.stop();
  writeFileSync(path.join(folder, 'standby.signal'), '');
  appendFileSync(
    path.join(folder, 'postgresql.conf'),
    `\nprimary_conninfo = 'host=127.0.0.1 port=1'\n`,
  );
  const replica = await server.restart();
  const report = await examineHealth(replica.url({ database: 'postgres' }), new Date());
  expect(report).toMatchObject({ isReplica: true, unseen: [] });
  expect(report.findings.map(({ code }) => code)).toContain('REPLICA_UNREACHED');
});

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query<Record<string, unknown>>(sql);
  } finally {
    await client.end();
  }
}
