import type { Measure } from '../health/health-check.ts';
import { writeOpenMetrics } from '../health/write-open-metrics.ts';
import type { SlowQuery, SlowReport } from './read-slow.ts';

/** Slow queries for scrapers: numbers by the id of the query, whose text `slow` shows. */
export function slowInOpenMetrics({ totalMs, queries, hidden }: SlowReport): string {
  const measures: Measure[] = [
    {
      ...{ name: 'queries_time_seconds', unit: 'seconds', value: totalMs / 1_000 },
      help: 'Time of all queries since the server began to count.',
    },
    { name: 'queries_hidden', help: 'Queries whose texts are not shown.', value: hidden },
    ...queries.flatMap(measuresOf),
  ];
  return writeOpenMetrics(measures, 'database_');
}

function measuresOf(query: SlowQuery): Measure[] {
  const labels = { query: query.id };
  return [
    {
      ...{ name: 'query_time_seconds', unit: 'seconds', labels, value: query.totalMs / 1_000 },
      help: 'Time of all calls of a query.',
    },
    {
      ...{ name: 'query_longest_seconds', unit: 'seconds', labels, value: query.maxMs / 1_000 },
      help: 'Time of the longest call of a query.',
    },
    { name: 'query_calls', help: 'Calls of a query.', labels, value: query.calls },
    { name: 'query_rows', help: 'Rows of all calls of a query.', labels, value: query.rows },
    {
      ...{ name: 'query_read_bytes', unit: 'bytes', labels, value: query.readBytes },
      help: 'What a query asked for that was not in memory.',
    },
    {
      ...{ name: 'query_temp_bytes', unit: 'bytes', labels, value: query.tempBytes },
      help: 'What a query put aside on the disk.',
    },
  ];
}
