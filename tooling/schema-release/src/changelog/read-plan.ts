import { readFileSync } from 'node:fs';
import { planUnreadable } from '../errors.ts';

/** What a migration does to those who are at work meanwhile. */
export interface MigrationLocks {
  /** The strictest lock on something that was there before, as `MODE on relation`; null where none. */
  readonly worst: string | null;
  /** Whether readers or writers wait for it. */
  readonly blocks: readonly string[];
}

/** PostgreSQL's table locks, weakest first. */
const MODES = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
];

interface Lock {
  readonly relation: string;
  readonly mode: string;
  readonly blocks: readonly string[];
}

/**
 * The locks of each migration in a file that `migrator plan --json` wrote, by name.
 *
 * @throws CodedError `RELEASE.PLAN_UNREADABLE`
 */
export function readPlan(file: string): ReadonlyMap<string, MigrationLocks> {
  try {
    const { migrations } = JSON.parse(readFileSync(file, 'utf8')) as {
      migrations: readonly { name: string; statements: readonly { locks: readonly Lock[] }[] }[];
    };
    return new Map(
      migrations.map(({ name, statements }) => [
        name,
        strictest(statements.flatMap(({ locks }) => locks)),
      ]),
    );
  } catch (cause) {
    throw planUnreadable(file, cause);
  }
}

function strictest(locks: readonly Lock[]): MigrationLocks {
  const [worst] = [...locks].sort((a, b) => MODES.indexOf(b.mode) - MODES.indexOf(a.mode));
  if (worst === undefined) return { worst: null, blocks: [] };
  const blocks = worst.blocks.filter((each) => each === 'reads' || each === 'writes');
  return { worst: `${worst.mode} on ${worst.relation}`, blocks };
}
