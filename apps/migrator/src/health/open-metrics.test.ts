import { expect, it } from 'vitest';
import { found } from './finding.ts';
import { reportInOpenMetrics } from './open-metrics.ts';
import { parseOpenMetrics } from '../../test/parse-open-metrics.ts';

const REPORT = {
  state: 'critical',
  takenAt: '2026-01-01T00:00:00.000Z',
  server: '18.0',
  isReplica: false,
  findings: [found('FSYNC_OFF', 'critical', 'fsync is off.'), found('ROWS_DEAD', 'info', 'a')],
  unseen: [],
  measures: [
    {
      name: 'slot_kept_bytes',
      unit: 'bytes',
      help: 'a "b" \\ c\nd',
      value: 1.5e21,
      labels: { slot: 'a"\\\n' },
    },
    { name: 'replicas', help: 'between two of a family', value: 0 },
    { name: 'slot_kept_bytes', unit: 'bytes', help: 'again', value: 0, labels: { slot: 'b' } },
  ],
} as const;

it('is read back as it was, each family in one piece', () => {
  const families = parseOpenMetrics(reportInOpenMetrics(REPORT));
  expect(families.map(({ name, unit }) => [name, unit])).toEqual([
    ['database_health_findings', undefined],
    ['database_health_checks_unseen', undefined],
    ['database_health_slot_kept_bytes', 'bytes'],
    ['database_health_replicas', undefined],
  ]);
  expect(families[2]).toMatchObject({
    help: 'a "b" \\ c\nd',
    samples: [
      { labels: { slot: 'a"\\\n' }, value: 1.5e21 },
      { labels: { slot: 'b' }, value: 0 },
    ],
  });
  expect(families[0]?.samples).toContainEqual({
    labels: { code: 'FSYNC_OFF', severity: 'critical' },
    value: 1,
  });
});

it.each([
  ['# TYPE a gauge\na 1\n', 'no EOF'],
  ['# TYPE a_b gauge\n# UNIT a_b seconds\na_b 1\n# EOF\n', 'a unit that the name lacks'],
  ['# TYPE a gauge\na 1\na 2\n# EOF\n', 'one sample twice'],
  ['# TYPE a gauge\na{b="c} 1\n# EOF\n', 'an open text'],
  ['# TYPE a gauge\nb 1\n# EOF\n', 'a sample of no family'],
])('the parser refuses %j: %s', (text) => {
  expect(() => parseOpenMetrics(text)).toThrow();
});
