import type { Duration } from './estimate.ts';
import type { Size } from './plan-report.ts';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes with a unit, as PostgreSQL's `pg_size_pretty` writes it. */
export function inBytes(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= 10_240 && unit < UNITS.length - 1) [amount, unit] = [amount / 1024, unit + 1];
  return `${Math.round(amount)} ${UNITS[unit]}`;
}

/** Sizes of a table in words. */
export function inSizes(size: Size | null): string {
  if (size === null) return 'size not known';
  const rows =
    size.rows === null ? 'rows not counted' : `about ${size.rows.toLocaleString('en')} rows`;
  return `${rows}, ${inBytes(size.bytes)}, indexes ${inBytes(size.indexBytes)}`;
}

/** A range of time in words. */
export function inTime(duration: Duration | null): string {
  if (duration === null) return 'a time that is not known';
  const { fromSeconds, toSeconds } = duration;
  if (toSeconds < 0.1) return 'no time to speak of';
  if (toSeconds < 1) return 'less than a second';
  return `${inSeconds(fromSeconds)} to ${inSeconds(toSeconds)}`;
}

/** A time in words. */
export function inSeconds(seconds: number): string {
  if (seconds < 1) return 'under 1 s';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/** `180004` as `18.4`. */
export function inVersion(serverVersion: number): string {
  return `${Math.trunc(serverVersion / 10_000)}.${serverVersion % 10_000}`;
}
