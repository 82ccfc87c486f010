import type { SchemaManifest } from '@holovitals/schema-composer';
import { renameUnknown } from '../../errors.ts';
import type { Migration } from '../../history/read-history.ts';
import type { MigrationPlan } from '../plan-migration.ts';
import { chooseRenames, type RenameWord } from './choose-renames.ts';
import { reversed, statementOf, textOf, type Rename } from './rename.ts';

/** What is left to do after some renames. */
interface Change {
  /** Further renames that may be in it. */
  readonly possible: readonly Rename[];
  readonly plan: () => Promise<MigrationPlan>;
}

/**
 * Plans a change after the renames that are confirmed, which become its first migration; a renamed
 * table may have renamed columns.
 *
 * @throws CodedError `MIGRATOR.RENAME_UNDECIDED`, `MIGRATOR.RENAME_UNKNOWN`
 */
export async function planRenamed(
  manifest: SchemaManifest,
  word: RenameWord,
  readAfter: (renames: readonly Rename[]) => Promise<Change>,
): Promise<MigrationPlan> {
  const renames: Rename[] = [];
  let change = await readAfter(renames);
  for (;;) {
    const chosen = await chooseRenames(change.possible, manifest, word);
    if (chosen.length === 0) break;
    renames.push(...chosen);
    change = await readAfter(renames);
  }
  const known = renames.map(textOf);
  const unknown = (word.renames || []).filter((text) => !known.includes(text));
  if (unknown.length > 0) throw renameUnknown(unknown);
  const plan = await change.plan();
  if (renames.length === 0) return plan;
  const first = {
    ...{ topic: 'renames', up: scriptOf(renames), irreversible: null, isContract: false },
    down: scriptOf([...renames].reverse().map(reversed)),
  };
  return { ...plan, parts: [first, ...plan.parts] };
}

/** The renames as if they were the newest migration. */
export function renamed(renames: readonly Rename[]): Migration {
  return { name: '99999999999999_renames', sql: scriptOf(renames), sealed: true };
}

function scriptOf(renames: readonly Rename[]): string {
  return `${renames.map(statementOf).join('\n\n')}\n`;
}
