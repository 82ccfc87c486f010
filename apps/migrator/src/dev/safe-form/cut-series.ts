import type { RemovedColumn } from '../../contract/contract.ts';
import type { SchemaCatalog } from '../schema-catalog.ts';
import { readChanges, writeChanges, type Change } from './read-changes.ts';
import { buildPartitionedIndex } from './partitioned-index.ts';
import { dropConstraint, findRemoval, removeColumns, type Removal } from './remove-columns.ts';
import { addKey, requireColumn, validateLater } from './safe-constraints.ts';
import { buildIndex, goneIndex, replaceIndex } from './safe-indexes.ts';
import type { Step } from './step.ts';

/** The topic of what is in no step. */
export const REST = 'rest';

/** One migration of a series; `down` is null where it is planned from what `up` leaves. */
export interface SeriesPart {
  /** In words for its name; {@link REST} for the one that changes whatever no step changes. */
  readonly topic: string;
  readonly up: string;
  readonly down: string | null;
  /** It drops what the release before it still uses. */
  readonly isContract: boolean;
}

/** A change cut into migrations, each of which keeps readers and writers waiting for a moment only. */
export interface Series {
  readonly parts: readonly SeriesPart[];
  /** What of a way back the parts' own take: indexes, constraints and required columns. */
  readonly taken: ReadonlySet<string>;
  /** The columns that the contracts drop. */
  readonly removed: readonly RemovedColumn[];
}

/**
 * Cuts a script that was generated: what would read, write anew or lock a table that stood before it
 * for long is done in its safe form, in migrations of its own after the rest; a column that goes is
 * dropped in the last of them, a contract.
 *
 * @param wanted where the script leads
 */
export async function cutSeries(
  script: string,
  before: SchemaCatalog,
  wanted: SchemaCatalog,
): Promise<Series> {
  const changes = await readChanges(script);
  const removal = findRemoval(before, wanted, changes);
  const situation = { before, changes, removal };
  const forms = changes.map((change) => ({ change, steps: safeForm(change, situation) }));
  const main = [
    ...removal.constraints.map(dropConstraint),
    writeChanges(forms.filter(({ steps }) => steps === null).map((it) => it.change)),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
  const steps = [
    ...forms.flatMap((it) => it.steps ?? []),
    ...removeColumns(removal, before, changes),
  ];
  // Quick by themselves, they go with the rest where no index must be built before them.
  const isJoined = main !== '' && steps.every(({ isAlone }) => !isAlone);
  const joined = isJoined ? steps.filter(({ phase }) => phase === 'constrain') : [];
  const taken = forms
    .filter((it) => it.steps?.some((step) => !joined.includes(step)))
    .filter(
      ({ change, steps }) => change.kind === 'require' || !joined.includes(steps?.[0] as Step),
    )
    .map(({ change }) => keyOf(change));
  return {
    parts: partsOf(
      [main, ...joined.flatMap(({ up }) => up)].filter((text) => text !== '').join('\n\n'),
      steps.filter((step) => !joined.includes(step)),
    ),
    taken: new Set([...taken, ...keysOf(removal)]),
    removed: removal.columns.map(({ table, column }) => ({ table, column })),
  };
}

/** What of a way back the steps of a removal take. */
function keysOf({ columns, indexes, types }: Removal): string[] {
  return [
    ...columns.map(({ table, column }) => `column ${table}.${column}`),
    ...indexes.map(({ name }) => `index ${name}`),
    ...types.map((name) => `type .${name}`),
  ];
}

/** Takes out of a way back what the parts of a series undo by themselves. */
export async function withoutTaken(script: string, taken: ReadonlySet<string>): Promise<string> {
  if (taken.size === 0 || script === '') return script;
  const changes = await readChanges(script);
  return writeChanges(changes.filter((change) => !taken.has(keyOf(change))));
}

const OPPOSITES: Partial<Record<Change['kind'], string>> = {
  ...{ 'create-index': 'index', 'drop-index': 'index' },
  ...{ 'add-constraint': 'constraint', 'drop-constraint': 'constraint' },
  ...{ require: 'required', release: 'required' },
  ...{ 'add-column': 'column', 'drop-column': 'column' },
  ...{ 'create-type': 'type', 'drop-type': 'type' },
};

/** A change and what undoes it have the same key. */
function keyOf({ kind, table, name }: Change): string {
  const word = OPPOSITES[kind] ?? kind;
  return word === 'index' ? `${word} ${name}` : `${word} ${table}.${name}`;
}

interface Situation {
  readonly before: SchemaCatalog;
  readonly changes: readonly Change[];
  readonly removal: Removal;
}

/** The steps of a change on what stood before; null where it is safe in its place, or has no safe form. */
function safeForm(change: Change, { before, changes, removal }: Situation): Step[] | null {
  const { kind, table, name } = change;
  if (isOfRemoval(change, removal)) return [];
  if (kind === 'drop-index') {
    const isReplaced = changes.some((it) => it.kind === 'create-index' && it.name === name);
    const gone = goneIndex(change, before, changes);
    return isReplaced && gone?.[0]?.phase === 'drop-index' ? [] : gone;
  }
  if (!before.tables.has(table) || isDropped(table, changes)) {
    return refersToNewKey(change, changes, before) ? validateLater(change) : null;
  }
  const isPartitioned = before.tables.get(table) === true;
  if (kind === 'create-index') {
    return isPartitioned
      ? buildPartitionedIndex(change, before.partitions.get(table) ?? [])
      : newIndex(change, { before, changes, removal });
  }
  if (kind === 'require' && before.columns.has(`${table}.${name}`)) return requireColumn(change);
  if (kind === 'drop-constraint' && isKeyReplaced(change, changes, before)) return [];
  if (kind !== 'add-constraint') return null;
  if (change.constraint === 'CONSTR_CHECK') return validateLater(change);
  // A partitioned table takes a foreign key only with its proof, and a key only with a lock.
  if (isPartitioned) return null;
  if (change.constraint === 'CONSTR_FOREIGN') return validateLater(change);
  return isKey(change) ? addKey(change, before) : null;
}

/** What a script says of columns that are removed is left to the steps of the removal. */
function isOfRemoval({ kind, table, name }: Change, { columns, types, indexes }: Removal): boolean {
  if (kind === 'drop-type') return types.includes(name);
  if (kind === 'drop-index') return indexes.some((it) => it.name === name);
  if (kind !== 'drop-column' && kind !== 'drop-expression') return false;
  return columns.some((it) => it.table === table && it.column === name);
}

function newIndex(change: Change, { before, changes, removal }: Situation): Step[] {
  const { name, text } = change;
  const dropped = changes.find((it) => it.kind === 'drop-index' && it.name === name);
  const old = [...before.indexes.values()].find((it) => it.name === name);
  const stays =
    removal.indexes.some((it) => it.name === name) ||
    (dropped !== undefined && goneIndex(dropped, before, changes)?.[0]?.phase === 'drop-index');
  return stays && old !== undefined
    ? replaceIndex(old.definition, text, name)
    : [buildIndex(text, name)];
}

const isKey = ({ constraint }: Change) =>
  constraint === 'CONSTR_PRIMARY' || constraint === 'CONSTR_UNIQUE';

function isDropped(table: string, changes: readonly Change[]): boolean {
  return changes.some((it) => it.kind === 'drop-table' && it.table === table);
}

function isKeyReplaced(
  { table, name }: Change,
  changes: readonly Change[],
  before: SchemaCatalog,
): boolean {
  if (before.tables.get(table) === true) return false;
  return changes.some(
    (it) => it.kind === 'add-constraint' && isKey(it) && it.table === table && it.name === name,
  );
}

/** A new table's foreign key waits for the unique index that it needs. */
function refersToNewKey(
  { kind, constraint, references }: Change,
  changes: readonly Change[],
  before: SchemaCatalog,
): boolean {
  if (kind !== 'add-constraint' || constraint !== 'CONSTR_FOREIGN') return false;
  if (!before.tables.has(references ?? '')) return false;
  return changes.some((it) => it.table === references && (it.isUnique || isKey(it)));
}

function partsOf(main: string, steps: readonly Step[]): SeriesPart[] {
  const together = (...phases: readonly Step['phase'][]) => {
    const chosen = phases.flatMap((phase) => steps.filter((step) => step.phase === phase));
    return chosen.length === 0 ? [] : [partOf(chosen)];
  };
  const eachAlone = (phase: Step['phase']) =>
    steps.filter((step) => step.phase === phase).map((step) => partOf([step]));
  return [
    ...eachAlone('unindex'),
    ...(main === '' ? [] : [{ topic: REST, up: `${main}\n`, down: null, isContract: false }]),
    ...eachAlone('index'),
    ...together('constrain', 'release'),
    ...together('validate', 'settle'),
    ...eachAlone('drop-index'),
    ...eachAlone('contract-index'),
    ...together('contract'),
  ];
}

function partOf(steps: readonly Step[]): SeriesPart {
  const write = (statements: readonly string[]) => `${statements.join('\n\n')}\n`;
  return {
    topic: steps[0]?.topic ?? '',
    up: write(steps.flatMap(({ up }) => up)),
    down: write([...steps].reverse().flatMap(({ down }) => down)),
    isContract: steps.some(({ phase }) => phase === 'contract' || phase === 'contract-index'),
  };
}
