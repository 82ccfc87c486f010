import type { SizesReport, TableSizes } from './read-sizes.ts';

/** A report to compare with, as far as it is read. */
export interface EarlierSizes extends Pick<SizesReport, 'takenAt' | 'database' | 'databaseBytes'> {
  readonly tables: readonly Pick<TableSizes, 'schema' | 'table' | 'totalBytes'>[];
}

/** Adds to a report how much everything grew since another, or shrank; a new table is all growth. */
export function compareSizes(report: SizesReport, earlier: EarlierSizes): SizesReport {
  const key = ({ schema, table }: Pick<TableSizes, 'schema' | 'table'>) =>
    JSON.stringify([schema, table]);
  const before = new Map(earlier.tables.map((it) => [key(it), it.totalBytes]));
  const tables = report.tables.map((it) => {
    const bytes = before.get(key(it));
    return { ...it, growthBytes: bytes === undefined ? null : it.totalBytes - bytes };
  });
  const growthOf = (domain: string | null) =>
    tables
      .filter((it) => it.domain === domain)
      .reduce((sum, it) => sum + (it.growthBytes ?? it.totalBytes), 0);
  return {
    ...report,
    since: earlier.takenAt,
    growthBytes: report.databaseBytes - earlier.databaseBytes,
    tables,
    domains: report.domains.map((it) => ({ ...it, growthBytes: growthOf(it.domain) })),
  };
}
