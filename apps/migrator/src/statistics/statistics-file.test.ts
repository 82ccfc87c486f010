import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DatabaseStatistics } from './database-statistics.ts';
import { readStatisticsFile, writeStatisticsFile } from './statistics-file.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'statistics-'));
const file = path.join(folder, 'stats.json');
const now = new Date('2026-01-31T00:00:00Z');
const read = (maxAgeDays = 30) => readStatisticsFile(file, { now, maxAgeDays });

const STATISTICS: DatabaseStatistics = {
  version: 1,
  takenAt: '2026-01-01T00:00:00.000Z',
  serverVersion: 180_004,
  longestTransactionSeconds: null,
  tables: [{ schema: 'public', name: 'a "b" é', rows: -1, bytes: 0, indexBytes: 0 }],
  applied: [{ name: '20260101000000_first', checksum: 'x' }],
  shape: { relations: [], constraints: [], domains: [], functions: [] },
};

afterAll(() => rmSync(folder, { recursive: true }));

describe('readStatisticsFile', () => {
  it('reads what writeStatisticsFile wrote', () => {
    writeStatisticsFile(file, STATISTICS);
    expect(read()).toEqual(STATISTICS);
  });

  it('refuses what is older than allowed', () => {
    writeStatisticsFile(file, STATISTICS);
    expect(() => read(29)).toThrow(
      expect.objectContaining({ code: 'MIGRATOR.STATISTICS_OUTDATED' }),
    );
  });

  it.each([
    ['rubbish', 'STATISTICS_INVALID'],
    ['', 'STATISTICS_INVALID'],
    ['[]', 'STATISTICS_INVALID'],
    ['null', 'STATISTICS_INVALID'],
    ['{"version":1,"tables":[]}', 'STATISTICS_INVALID'],
    [JSON.stringify({ ...STATISTICS, rows: ['secret'] }), 'STATISTICS_INVALID'],
    ['{"version":2}', 'STATISTICS_OUTDATED'],
  ])('refuses %s, and shows nothing of it', (text, code) => {
    writeFileSync(file, text);
    const fault = (() => {
      try {
        return read();
      } catch (error) {
        return error;
      }
    })();
    expect(fault).toMatchObject({ code: `MIGRATOR.${code}` });
    expect(JSON.stringify(fault)).not.toContain('secret');
  });

  it('tells a folder that is not there', () => {
    expect(() => writeStatisticsFile(path.join(folder, 'no/where'), STATISTICS)).toThrow(
      expect.objectContaining({ code: 'MIGRATOR.STATISTICS_INVALID' }),
    );
  });
});
