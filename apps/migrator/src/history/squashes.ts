import type { Migration } from './read-history.ts';
import type { Replaced } from './replaced.ts';

/** A squash whose migrations a database applied under their old names. */
export interface AppliedSquash {
  readonly name: string;
  /** The replaced migrations that are recorded as applied. */
  readonly applied: readonly string[];
  /** Those that are not, or were changed since. */
  readonly lacking: readonly string[];
  /** The release that had them last, where it is known. */
  readonly release: string | null;
}

/**
 * Finds the squashes of a history that stand for what a database applied: wholly where nothing is
 * lacking. One that the database runs itself, or has recorded, is none.
 *
 * @param finished checksums of applied migrations, by name
 */
export function findAppliedSquashes(
  history: readonly Migration[],
  finished: ReadonlyMap<string, string>,
): AppliedSquash[] {
  return history.flatMap(({ name, origin }) => {
    if (origin === null || origin === undefined || finished.has(name)) return [];
    const { applied, lacking } = standingOf(origin.replaces, finished);
    return applied.length === 0 ? [] : [{ name, applied, lacking, release: origin.release }];
  });
}

/** A squash of squashes is applied where what they stood for is. */
function standingOf(
  replaces: readonly Replaced[],
  finished: ReadonlyMap<string, string>,
): { readonly applied: readonly string[]; readonly lacking: readonly string[] } {
  const standings = replaces.map(({ name, checksum, replaces: older = [] }) => {
    if (finished.has(name)) {
      return { applied: [name], lacking: finished.get(name) === checksum ? [] : [name] };
    }
    const standing = standingOf(older, finished);
    return standing.applied.length > 0 ? standing : { applied: [], lacking: [name] };
  });
  return {
    applied: standings.flatMap(({ applied }) => applied),
    lacking: standings.flatMap(({ lacking }) => lacking),
  };
}
