/** @module-tag slow */
import { OTHER_MAJORS, startScratchServer, type ScratchServer } from '@holovitals/postgres/testing';
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
  expect(codes.filter((code) => code !== 'CHECKSUMS_OFF')).toEqual([]);
});
