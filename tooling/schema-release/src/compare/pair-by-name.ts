import type { LikelyRename } from '../change.ts';

/** What stands on both sides, and what on one alone. */
export interface Pairing<T> {
  readonly pairs: readonly (readonly [before: T, after: T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/** How things are told apart. */
export interface Identity<T> {
  readonly nameOf: (item: T) => string;
  /** The old name that an annotation of the newer side states. */
  readonly renamedFrom: (item: T) => string | null;
  /** The name in the database: one that stays is the same thing, whatever code calls it. */
  readonly storedAs: (item: T) => string | null;
}

/** Pairs two lists: by stated rename, by name, then by the name in the database. */
export function pairByName<T>(
  before: readonly T[],
  after: readonly T[],
  { nameOf, renamedFrom, storedAs }: Identity<T>,
): Pairing<T> {
  const left = new Map(before.map((item) => [nameOf(item), item]));
  const names = new Set(after.map(nameOf));
  const found = new Map<T, T>();
  const take = (newer: T, name: string | null | undefined) => {
    const older = name == null ? undefined : left.get(name);
    if (older === undefined) return;
    left.delete(nameOf(older));
    found.set(newer, older);
  };
  for (const newer of after) {
    const old = renamedFrom(newer);
    // A stale statement, left standing after the release of the rename, is about nothing.
    if (old !== null && !names.has(old) && !before.some((item) => nameOf(item) === nameOf(newer))) {
      take(newer, old);
    }
  }
  for (const newer of after) if (!found.has(newer)) take(newer, nameOf(newer));
  for (const newer of after) {
    if (found.has(newer) || storedAs(newer) === null) continue;
    const twin = [...left.values()].find((older) => storedAs(older) === storedAs(newer));
    take(newer, twin === undefined ? null : nameOf(twin));
  }
  return {
    pairs: after.flatMap((newer) => {
      const older = found.get(newer);
      return older === undefined ? [] : [[older, newer] as const];
    }),
    removed: [...left.values()],
    added: after.filter((newer) => !found.has(newer)),
  };
}

/** Below this, two names have nothing to do with each other. */
const LIKELY = 0.6;

/** The addition that a removal most resembles, where one does. */
export function likelyRename<T>(
  removed: T,
  added: readonly T[],
  nameOf: (item: T) => string,
  likeness: (before: T, after: T) => number,
): LikelyRename | undefined {
  const [best] = added
    .map((item) => ({
      to: nameOf(item),
      confidence: Math.round(likeness(removed, item) * 100) / 100,
    }))
    .filter(({ confidence }) => confidence >= LIKELY)
    .sort((a, b) => b.confidence - a.confidence);
  return best;
}

/** Likeness of two names, 0 to 1: the share of pairs of letters that they have in common (Dice). */
export function nameLikeness(a: string, b: string): number {
  const [left, right] = [bigrams(a), bigrams(b)];
  const common = left.filter((pair) => {
    const at = right.indexOf(pair);
    if (at >= 0) right.splice(at, 1);
    return at >= 0;
  });
  const total = left.length + bigrams(b).length;
  return total === 0 ? 0 : (2 * common.length) / total;
}

function bigrams(name: string): string[] {
  const letters = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) =>
    letters.slice(at, at + 2),
  );
}
