import { inBytes } from '../plan/amounts.ts';
import type { SizesReport, TableSizes } from './read-sizes.ts';

const BAR = 20;

/** Sizes for people: whole tables, then domains; with bars where someone looks at them. */
export function renderSizes(report: SizesReport, withBars: boolean): string {
  const { databaseBytes, growthBytes, tables, domains, since } = report;
  const most = tables[0]?.totalBytes ?? 0;
  const bar = (bytes: number) => (withBars ? [drawBar(bytes, most)] : []);
  const growth = (bytes: number | null) => (since === null ? [] : [inGrowth(bytes)]);
  const head = ['table', 'rows', 'total', ...(since === null ? [] : ['growth'])];
  const rows = tables.map((it) => [
    ...[nameOf(it), it.rows < 0 ? 'not counted' : it.rows.toLocaleString('en')],
    ...[inBytes(it.totalBytes), ...growth(it.growthBytes)],
    ...[it.heapBytes, it.toastBytes, it.indexBytes].map(inBytes),
    ...bar(it.totalBytes),
  ]);
  const sums = domains.map((it) => [
    ...[it.domain ?? 'no domain', `${it.tables} table(s)`, inBytes(it.totalBytes)],
    ...growth(it.growthBytes),
  ]);
  const grown = since === null ? '' : `, ${inGrowth(growthBytes)} since ${since}`;
  return [
    ...inColumns([[...head, 'heap', 'toast', 'indexes'], ...rows]),
    '',
    ...inColumns(sums),
    '',
    `the whole database: ${inBytes(databaseBytes)}${grown}`,
  ].join('\n');
}

function nameOf(it: TableSizes): string {
  const name = it.schema === 'public' ? it.table : `${it.schema}.${it.table}`;
  return it.partitions > 0 ? `${name} (${it.partitions} parts)` : name;
}

function inGrowth(bytes: number | null): string {
  if (bytes === null) return 'new';
  if (bytes === 0) return '0 B';
  return `${bytes < 0 ? '−' : '+'}${inBytes(Math.abs(bytes))}`;
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
