import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { statisticsInvalid, statisticsOutdated } from '../errors.ts';
import {
  databaseStatisticsSchema,
  STATISTICS_VERSION,
  type DatabaseStatistics,
} from './database-statistics.ts';

const DAY_MS = 86_400_000;

/** Writes statistics to a file, whole or not at all. */
export function writeStatisticsFile(file: string, statistics: DatabaseStatistics): void {
  const partial = `${file}.${process.pid}.partial`;
  try {
    writeFileSync(partial, `${JSON.stringify(statistics, null, 1)}\n`);
    renameSync(partial, file);
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    throw statisticsInvalid(file, `It cannot be written: ${code}.`);
  }
}

/**
 * Reads a file that `plan --stats-out` wrote.
 *
 * @param maxAgeDays older ones are refused: what was small then may be large now
 * @throws CodedError `MIGRATOR.STATISTICS_INVALID`, `MIGRATOR.STATISTICS_OUTDATED`
 */
export function readStatisticsFile(
  file: string,
  { now, maxAgeDays }: { readonly now: Date; readonly maxAgeDays: number },
): DatabaseStatistics {
  const content = readJson(file);
  const { version } = (content ?? {}) as { version?: unknown };
  if (typeof version === 'number' && version !== STATISTICS_VERSION) {
    throw statisticsOutdated(
      file,
      `It is of form ${version}, and this migrator reads ${STATISTICS_VERSION}.`,
    );
  }
  const parsed = databaseStatisticsSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place =
      issue === undefined || issue.path.length === 0 ? 'Its top' : `Its ${issue.path.join('.')}`;
    throw statisticsInvalid(file, `${place} is not as \`plan --stats-out\` writes it.`);
  }
  const days = Math.floor((now.getTime() - Date.parse(parsed.data.takenAt)) / DAY_MS);
  if (days > maxAgeDays) {
    throw statisticsOutdated(file, `It was taken ${days} days ago, and ${maxAgeDays} are allowed.`);
  }
  return parsed.data;
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    throw statisticsInvalid(file, `It cannot be read: ${code}.`);
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw statisticsInvalid(file, 'It is not JSON.');
  }
}
