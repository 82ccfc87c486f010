import type { CatalogEntry, DatabaseCatalog } from '../catalog/read-catalog.ts';

/** Both ends of a way. */
export interface Sides {
  readonly from: DatabaseCatalog;
  readonly to: DatabaseCatalog;
}

/** Two states of one thing; null is absence, and not both are absent. */
export interface Change {
  readonly old: CatalogEntry | null;
  readonly wanted: CatalogEntry | null;
  /** Whichever there is, the wanted first. */
  readonly entry: CatalogEntry;
}

/** Writes the statements of a change; null where none is known. */
export type StatementWriter = (change: Change, sides: Sides) => string[] | null;

const NAME = '(?:"(?:[^"]|"")*"|[^\\s."]+)';

/** What an identity names, without the kind. */
export function calledOf({ kind, identity }: CatalogEntry): string {
  return identity.slice(kind.length + 1);
}

/** `name` in `constraint name on schema.table` and in `column schema.table.name`. */
export function nameOf(entry: CatalogEntry): string {
  const pattern = entry.kind === 'column' ? `\\.(${NAME})$` : `^(${NAME}) on `;
  return new RegExp(pattern).exec(calledOf(entry))?.[1] ?? '';
}

/** Drops what was and makes what is wanted. */
export function replacing(
  create: (entry: CatalogEntry, called: string) => readonly string[],
  drop: (called: string, entry: CatalogEntry) => string,
): StatementWriter {
  return ({ old, wanted }) => [
    ...(old === null ? [] : [drop(calledOf(old), old)]),
    ...(wanted === null ? [] : create(wanted, calledOf(wanted))),
  ];
}

/** What stands on a table goes with it. */
export function onTable(write: StatementWriter): StatementWriter {
  return (change, sides) => {
    const { old, wanted, entry } = change;
    const holders = ['table', 'view', 'materialized view'].map(
      (it) => `${it} ${entry.table ?? ''}`,
    );
    const goes =
      holders.some((it) => sides.from.has(it)) && !holders.some((it) => sides.to.has(it));
    return old !== null && wanted === null && goes ? [] : write(change, sides);
  };
}
