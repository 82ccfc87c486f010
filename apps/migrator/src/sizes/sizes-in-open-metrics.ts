import type { Measure } from '../health/health-check.ts';
import { writeOpenMetrics } from '../health/write-open-metrics.ts';
import type { SizesReport, TableSizes } from './read-sizes.ts';

/** Sizes for scrapers, which reckon growth themselves. */
export function sizesInOpenMetrics({ databaseBytes, tables }: SizesReport): string {
  const whole: Measure = {
    ...{ name: 'size_bytes', unit: 'bytes', value: databaseBytes },
    help: 'Size of the whole database.',
  };
  return writeOpenMetrics([whole, ...tables.flatMap(measuresOf)], 'database_');
}

function measuresOf(it: TableSizes): Measure[] {
  const labels = { schema: it.schema, table: it.table, domain: it.domain ?? '' };
  const parts = { heap: it.heapBytes, toast: it.toastBytes, indexes: it.indexBytes };
  return [
    ...Object.entries(parts).map(([part, value]): Measure => ({
      ...{ name: 'table_size_bytes', unit: 'bytes', labels: { ...labels, part }, value },
      help: 'Size of a table, by part.',
    })),
    // What nobody has counted is no number.
    ...(it.rows < 0
      ? []
      : [{ name: 'table_rows', help: 'Rows of a table, as estimated.', labels, value: it.rows }]),
  ];
}
