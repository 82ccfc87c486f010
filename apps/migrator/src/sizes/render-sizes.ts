import { inBytes } from '../plan/amounts.ts';
import type { SizesReport, TableSizes } from './read-sizes.ts';

const BAR = 20;

/** Sizes for people: whole tables, then domains; with bars where someone looks at them. */
export function renderSizes(
  { databaseBytes, tables, domains }: SizesReport,
  withBars: boolean,
): string {
  const most = tables[0]?.totalBytes ?? 0;
  const bar = (bytes: number) => (withBars ? [drawBar(bytes, most)] : []);
  const head = ['table', 'rows', 'total', 'heap', 'toast', 'indexes'];
  const sums = domains.map(({ domain, tables: count, totalBytes }) => [
    domain ?? 'no domain',
    `${count} table(s)`,
    inBytes(totalBytes),
  ]);
  return [
    ...inColumns([head, ...tables.map((table) => [...cells(table), ...bar(table.totalBytes)])]),
    '',
    ...inColumns(sums),
    '',
    `the whole database: ${inBytes(databaseBytes)}`,
  ].join('\n');
}

function cells(it: TableSizes): string[] {
  const name = it.schema === 'public' ? it.table : `${it.schema}.${it.table}`;
  return [
    it.partitions > 0 ? `${name} (${it.partitions} parts)` : name,
    it.rows < 0 ? 'not counted' : it.rows.toLocaleString('en'),
    ...[it.totalBytes, it.heapBytes, it.toastBytes, it.indexBytes].map(inBytes),
  ];
}

function drawBar(bytes: number, most: number): string {
  return '█'.repeat(most === 0 ? 0 : Math.round((bytes / most) * BAR));
}

function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, at) => Math.max(cell.length, widest[at] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
