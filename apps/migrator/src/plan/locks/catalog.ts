import type { DatabaseShape } from '../../statistics/database-shape.ts';

/** A column as it stands at some place of a script. */
export interface Column {
  readonly type: string;
  readonly modifier: number;
  readonly notNull: boolean;
}

/** A table, view, index or sequence as it stands at some place of a script. */
export interface Relation {
  schema: string;
  name: string;
  readonly kind: string;
  /** Made by the script itself: nobody else can see it, so that its locks stop no one. */
  readonly isFresh: boolean;
  /** `schema.name` before the script, by which statistics know it; null for what it makes. */
  readonly origin: string | null;
  isUnlogged: boolean;
  isRowSecured: boolean;
  isPartition: boolean;
  readonly isDefault: boolean;
  readonly parents: Set<Relation>;
  readonly columns: Map<string, Column>;
  readonly indexOf: Relation | null;
  readonly indexColumns: readonly string[];
  ownedBy: { readonly relation: Relation; readonly column: string } | null;
  readonly reads: readonly { readonly relation: Relation; readonly column: string | null }[];
  readonly triggers: number;
}

/** A constraint as it stands at some place of a script. */
export interface Constraint {
  name: string;
  readonly relation: Relation;
  readonly kind: string;
  readonly columns: readonly string[];
  readonly references: Relation | null;
  readonly referencedColumns: readonly string[];
  readonly onDelete: string | null;
  isValidated: boolean;
  readonly notNull: string | null;
  readonly index: Relation | null;
}

/** A domain, or what is known of one. */
export interface Domain {
  readonly base: string;
  readonly modifier: number;
  readonly isConstrained: boolean;
}

/** A database as a script sees it, changed by each statement in turn. */
export interface Catalog {
  readonly relations: Set<Relation>;
  readonly constraints: Set<Constraint>;
  readonly domains: Map<string, Domain>;
  /** Names of functions that people made, with their schema: true for volatile ones. */
  readonly functions: Map<string, boolean>;
  searchPath: readonly string[];
  /** All that exists is known: not so without statistics, or after a statement that is not understood. */
  isComplete: boolean;
  readonly majorVersion: number;
}

/** Opens a catalog to follow a script with; without a shape, of a database of which nothing is known. */
export function openCatalog(shape: DatabaseShape | undefined, majorVersion: number): Catalog {
  const catalog: Catalog = {
    relations: new Set(),
    constraints: new Set(),
    domains: new Map(shape?.domains.map((it) => [it.name, it])),
    functions: new Map(shape?.functions.map((it) => [it.name, it.isVolatile])),
    searchPath: ['public'],
    isComplete: shape !== undefined,
    majorVersion,
  };
  if (shape === undefined) return catalog;
  const rest = new Map(shape.relations.map((it) => [keyOf(it.schema, it.name), it]));
  const made = new Map<string, Relation>();
  const linked = (key: string): Relation | undefined => {
    const given = rest.get(key);
    if (given === undefined || made.has(key)) return made.get(key);
    const { ownedBy } = given;
    const owner = ownedBy === null ? undefined : linked(ownedBy.relation);
    const relation = newRelation({
      ...given,
      ...{ isFresh: false, origin: key, isRowSecured: given.isRowSecured === true },
      parents: new Set(given.parents.flatMap((parent) => linked(parent) ?? [])),
      columns: new Map(given.columns.map((column) => [column.name, column])),
      indexOf: given.indexOf === null ? null : (linked(given.indexOf) ?? null),
      ownedBy: owner === undefined ? null : { relation: owner, column: ownedBy?.column ?? '' },
      // What is not known is of the server itself.
      reads: given.reads.flatMap(({ relation: read, column }) => {
        const found = linked(read);
        return found === undefined ? [] : [{ relation: found, column }];
      }),
    });
    made.set(key, relation);
    return relation;
  };
  for (const key of rest.keys()) catalog.relations.add(linked(key) as Relation);
  for (const { relation, references, index, ...constraint } of shape.constraints) {
    const owner = linked(relation);
    if (owner === undefined) continue;
    catalog.constraints.add({
      ...constraint,
      relation: owner,
      references: references === null ? null : (linked(references) ?? null),
      index: index === null ? null : (linked(index) ?? null),
    });
  }
  return catalog;
}

/** Makes a relation of what is known of it. */
export function newRelation(
  known: Partial<Relation> & Pick<Relation, 'schema' | 'name' | 'kind'>,
): Relation {
  return {
    ...{ isFresh: true, origin: null, isUnlogged: false, isRowSecured: false },
    ...{ isPartition: false, isDefault: false },
    ...{ parents: new Set(), columns: new Map(), indexOf: null, indexColumns: [] },
    ...{ ownedBy: null, reads: [], triggers: 0 },
    ...known,
  };
}

/** `schema.name` with quotes where they must be. */
export function keyOf(schema: string, name: string): string {
  return `${quoted(schema)}.${quoted(name)}`;
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A relation's name as it stands. */
export function nameOf({ schema, name }: Relation): string {
  return keyOf(schema, name);
}

/** What is a partition of a relation or inherits from it, directly. */
export function childrenOf(catalog: Catalog, relation: Relation): Relation[] {
  return [...catalog.relations].filter(({ parents }) => parents.has(relation));
}

/** A relation, its partitions and heirs, and theirs. */
export function withDescendants(catalog: Catalog, relation: Relation): Relation[] {
  return [
    relation,
    ...childrenOf(catalog, relation).flatMap((child) => withDescendants(catalog, child)),
  ];
}

/** The indexes of a table. */
export function indexesOf(catalog: Catalog, relation: Relation): Relation[] {
  return [...catalog.relations].filter(({ indexOf }) => indexOf === relation);
}

/** The constraints of a table. */
export function constraintsOf(catalog: Catalog, relation: Relation): Constraint[] {
  return [...catalog.constraints].filter((it) => it.relation === relation);
}

/** The foreign keys that refer to a table or to what it is a partition of. */
export function foreignKeysTo(catalog: Catalog, relation: Relation): Constraint[] {
  return [...catalog.constraints].filter(
    ({ kind, references }) => kind === 'f' && references === relation,
  );
}

/** Views that read a relation, or one column of it, directly or through one another. */
export function viewsOver(catalog: Catalog, relation: Relation, column?: string): Relation[] {
  const direct = [...catalog.relations].filter(({ reads }) =>
    reads.some(
      (read) => read.relation === relation && (column === undefined || read.column === column),
    ),
  );
  return direct.flatMap((view) => [view, ...viewsOver(catalog, view)]);
}

/** The sequences that go with a table, or with one of its columns. */
export function ownedSequences(catalog: Catalog, table: Relation, column?: string): Relation[] {
  return [...catalog.relations].filter(
    ({ ownedBy }) =>
      ownedBy?.relation === table && (column === undefined || ownedBy.column === column),
  );
}
