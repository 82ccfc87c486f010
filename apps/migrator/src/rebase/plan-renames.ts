import { rebaseRefused } from '../errors.ts';

/** A migration's old and new name. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/**
 * The names by which our migrations run after all others, in their own order; none where they do
 * already. Each new name is after every old one, so that the order holds at every step of renaming
 * from the last to the first.
 *
 * @throws CodedError `MIGRATOR.REBASE_REFUSED` where no timestamp comes after a name
 */
export function planRenames(ours: readonly string[], others: readonly string[]): Rename[] {
  const newest = [...others].sort().at(-1);
  if (newest === undefined || ours.every((name) => name > newest)) return [];
  const last = [...others, ...ours].sort().at(-1) ?? '';
  const time = timeOf(last);
  return [...ours].sort().map((from, index) => {
    const stamp = stampOf(time + (index + 1) * 1000);
    const to = `${stamp}_${from.replace(/^\d+_?/, '') || 'migration'}`;
    if (to > last) return { from, to };
    throw rebaseRefused(
      [`${last} has no timestamp after which one could come.`],
      'Rename your folders by hand so that they come last, and run `pnpm migrator rebase` again.',
    );
  });
}

/** A name without a timestamp counts as old: a check on the result follows. */
function timeOf(name: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(name)?.map(Number) ?? [];
  if (second === undefined) return Date.UTC(2000, 0);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

function stampOf(time: number): string {
  return new Date(time).toISOString().replaceAll(/\D/g, '').slice(0, 14);
}
