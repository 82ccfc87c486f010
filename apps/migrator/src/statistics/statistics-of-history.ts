import { statisticsForeign, statisticsInvalid } from '../errors.ts';
import type { AppliedRow } from '../history/applied.ts';
import type { Migration } from '../history/read-history.ts';
import type { WholeStatistics } from './read-statistics.ts';
import { readStatisticsFile } from './statistics-file.ts';

/** Where statistics are read from a file. */
export interface StatisticsSource {
  readonly file: string;
  readonly maxAgeDays: number;
  readonly now: Date;
}

/** Statistics of a database of this history, and what was applied to it. */
export interface StatisticsOfHistory {
  readonly statistics: WholeStatistics;
  readonly applied: readonly AppliedRow[];
}

/**
 * Reads statistics that stand for a database of a history.
 *
 * @throws CodedError `MIGRATOR.STATISTICS_*`
 */
export function readStatisticsOf(
  history: readonly Migration[],
  source: StatisticsSource,
): StatisticsOfHistory {
  const statistics = readStatisticsFile(source.file, source);
  const { applied, shape } = statistics;
  if (applied === undefined || shape === undefined) {
    throw statisticsInvalid(
      source.file,
      'It lacks what was applied, or the shape of the database.',
    );
  }
  if (applied.length > 0 && !applied.some(({ name }) => history.some((it) => it.name === name))) {
    throw statisticsForeign(
      source.file,
      'None of the migrations that it names is in this workspace.',
    );
  }
  return {
    statistics: { ...statistics, applied, shape },
    applied: applied.map((it) => ({ ...it, finished: true, rolledBack: false })),
  };
}
