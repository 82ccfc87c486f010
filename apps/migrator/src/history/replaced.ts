import { migrationUnreadable } from '../errors.ts';

/** A migration that a squash stands for. */
export interface Replaced {
  readonly name: string;
  /** The SHA-256 of its script, as Prisma records it. */
  readonly checksum: string;
  /** What it stood for itself. */
  readonly replaces?: readonly Replaced[];
}

/** What a squash's `meta.json` says of where it comes from. */
export interface SquashOrigin {
  readonly replaces: readonly Replaced[];
  /** The commit or tag that had the replaced migrations last, as git describes it. */
  readonly release: string | null;
}

/**
 * Reads from a migration's `meta.json` what it replaces; null for one that is no squash.
 *
 * @throws CodedError `MIGRATOR.MIGRATION_UNREADABLE`
 */
export function readOrigin(name: string, meta: string): SquashOrigin | null {
  if (!meta.includes('"replaces"')) return null;
  try {
    const { replaces, release } = JSON.parse(meta) as { replaces?: unknown; release?: unknown };
    if (replaces === undefined) return null;
    return {
      replaces: entriesOf(replaces),
      release: typeof release === 'string' ? release : null,
    };
  } catch {
    throw migrationUnreadable(name, 'What its meta.json says it replaces is no list.', 'meta.json');
  }
}

function entriesOf(value: unknown): Replaced[] {
  if (!Array.isArray(value)) throw new TypeError('no list');
  return value.map((entry: unknown) => {
    const { name, checksum, replaces } = entry as Partial<Replaced>;
    if (typeof name !== 'string' || typeof checksum !== 'string') throw new TypeError('no entry');
    return { name, checksum, ...(replaces !== undefined && { replaces: entriesOf(replaces) }) };
  });
}
