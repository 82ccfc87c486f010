import type { SchemaManifest } from '@holovitals/schema-composer';
import type { Workspace } from '../environment/workspace.ts';
import { readObjects } from '../objects/read-objects.ts';
import { nameOf, openCatalog, type Catalog, type Relation } from '../plan/locks/catalog.ts';
import { sizesByName } from '../plan/plan-script.ts';
import { readStatements, type Statement } from '../statements/read-statements.ts';
import type { DatabaseStatistics, TableStatistics } from '../statistics/database-statistics.ts';
import { nameMadeBy } from './made-name.ts';
import { readPackageRules } from './package-rules.ts';
import type { Rule } from './rule.ts';
import { RULES } from './rules.ts';
import { readFacts, type SchemaFacts } from './schema-facts.ts';

/** What a script is judged with. */
export interface LintBasis {
  /** The database before the script; it is brought to how it stands after it. */
  readonly catalog: Catalog;
  /** By `schema.name`; what is not there counts as large. */
  readonly sizes: Map<string, TableStatistics>;
  /** Names of functions and views that files of `sql/` make. */
  readonly objects: ReadonlySet<string>;
  readonly facts: SchemaFacts;
  readonly rules: readonly Rule[];
}

/** What of a workspace rules need, whatever the database. */
export type WorkspaceBasis = Omit<LintBasis, 'catalog' | 'sizes'>;

/** The newest version, for whoever has no database to ask. */
const NEWEST_MAJOR = 18;

/**
 * Reads the rules, the packages' among them, the facts of the schema, and what objects make.
 *
 * @throws CodedError `MIGRATOR.LINT_RULES_UNREADABLE`, `MIGRATOR.OBJECT_INVALID`
 */
export async function readWorkspaceBasis(
  workspace: Workspace,
  manifest: SchemaManifest,
): Promise<WorkspaceBasis> {
  const scripts = readObjects(workspace, manifest).map(({ sql }) => sql);
  return {
    rules: [...RULES, ...(await readPackageRules(workspace, manifest))],
    facts: readFacts(workspace, manifest),
    objects: await namesMadeBy(scripts),
  };
}

/** The basis of a database as its statistics have it. */
export function basisOf(known: WorkspaceBasis, statistics: DatabaseStatistics): LintBasis {
  const { shape, serverVersion, tables } = statistics;
  return {
    ...known,
    catalog: openCatalog(shape, Math.trunc(serverVersion / 10_000)),
    sizes: sizesByName(tables),
  };
}

/** The basis of a database in which there is nothing yet. */
export function emptyBasis(known: WorkspaceBasis): LintBasis {
  const nothing = { relations: [], constraints: [], domains: [], functions: [] };
  return { ...known, catalog: openCatalog(nothing, NEWEST_MAJOR), sizes: new Map() };
}

/** How large the next script takes the tables that this one made to be. */
export type NewTables = 'empty' | 'large';

/** Makes a basis ready for the next script: what this one made is there now. */
export function settle({ catalog, sizes }: LintBasis, tables: NewTables): void {
  catalog.searchPath = ['public'];
  for (const relation of [...catalog.relations]) {
    if (relation.schema === 'pg_temp') catalog.relations.delete(relation);
    else if (relation.isFresh) age(relation, sizes, tables);
  }
}

function age(relation: Relation, sizes: LintBasis['sizes'], tables: NewTables): void {
  const { schema, name } = relation;
  Object.assign(relation, { isFresh: false, origin: nameOf(relation) });
  if (tables === 'empty' && /[rmp]/.test(relation.kind)) {
    sizes.set(nameOf(relation), { schema, name, rows: 0, bytes: 0, indexBytes: 0 });
  }
}

async function namesMadeBy(scripts: readonly string[]): Promise<Set<string>> {
  const statements: Statement[] = [];
  for (const script of scripts) {
    // What does not parse is a fault of `deploy`'s to tell.
    statements.push(...(await readStatements(script).catch(() => [])));
  }
  return new Set(statements.flatMap(({ node }) => nameMadeBy(node) ?? []));
}
