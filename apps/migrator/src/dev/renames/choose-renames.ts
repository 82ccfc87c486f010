import type { SchemaManifest } from '@holovitals/schema-composer';
import { renameUndecided } from '../../errors.ts';
import { optionOf, textOf, type Rename } from './rename.ts';

/** What a developer says of renames. */
export interface RenameWord {
  /** `table.old=new`, each; false: nothing is renamed. Where one is named, what is not is no rename. */
  readonly renames: readonly string[] | false;
  /** Asks the developer, where one is there to be asked. */
  readonly ask?: (question: string) => Promise<boolean>;
}

/**
 * Chooses among possible renames those that are confirmed: by `@renamedFrom` in the schema, by an
 * option, or by an answer.
 *
 * @throws CodedError `MIGRATOR.RENAME_UNDECIDED`
 */
export async function chooseRenames(
  possible: readonly Rename[],
  manifest: SchemaManifest,
  { renames, ask }: RenameWord,
): Promise<Rename[]> {
  if (renames === false) return [];
  const chosen: Rename[] = [];
  const open = () => possible.filter((it) => !chosen.some((other) => areAtOdds(it, other)));
  const isNamed = (it: Rename) => renames.includes(textOf(it));
  for (const rename of possible) {
    const isConfirmed = isNamed(rename) || isAnnotated(rename, possible, manifest);
    if (isConfirmed && open().includes(rename)) chosen.push(rename);
  }
  if (renames.length > 0 || open().length === 0) return chosen;
  if (ask === undefined) throw renameUndecided(open().map(textOf), open().map(optionOf));
  for (const rename of possible) {
    if (!open().includes(rename)) continue;
    if (await ask(`Is ${rename.kind} ${textOf(rename).replace('=', ' now ')}?`)) {
      chosen.push(rename);
    }
  }
  return chosen;
}

/** Also true of a rename and itself. */
function areAtOdds(one: Rename, other: Rename): boolean {
  if (one.kind !== other.kind || one.of !== other.of) return false;
  return one.from === other.from || one.to === other.to;
}

/** The annotation holds the name in the schema, which the database may spell otherwise. */
function isAnnotated(
  rename: Rename,
  possible: readonly Rename[],
  manifest: SchemaManifest,
): boolean {
  const word = annotationOf(rename, manifest);
  if (word === undefined) return false;
  const rivals = possible.filter((it) => it.of === rename.of && it.to === rename.to);
  return rivals.length === 1 || loose(rename.from).replace(/s$/, '') === loose(word);
}

function annotationOf(
  { kind, of, to }: Rename,
  { models, enums }: SchemaManifest,
): string | undefined {
  if (kind === 'table') return models.find(({ table }) => table === to)?.renamedFrom;
  if (kind === 'value') {
    const values = enums.find(({ databaseName }) => databaseName === of)?.values;
    return values?.find(({ databaseName }) => databaseName === to)?.renamedFrom;
  }
  const fields = models.find(({ table }) => table === of)?.fields;
  return fields?.find(({ column }) => column === to)?.renamedFrom;
}

const loose = (name: string) => name.toLowerCase().replaceAll('_', '');
