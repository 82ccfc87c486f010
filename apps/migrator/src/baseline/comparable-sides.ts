import { withoutPartitions } from '../catalog/compare-catalogs.ts';
import type { CatalogEntry, DatabaseCatalog } from '../catalog/read-catalog.ts';

/** Whose they are differs from database to database: `roles sync` and `deploy` see to them. */
const OF_ROLES = new Set(['owner', 'rights']);

/** What files in `sql/` make too, what a server's administrator adds, and what is only said of things. */
const MAY_BE_MORE = new Set([
  ...['function', 'procedure', 'aggregate', 'trigger', 'policy', 'view', 'materialized view'],
  ...['comment', 'extension', 'schema', 'event trigger'],
]);

/** What a history makes, and what a database holds. */
export type Sides = readonly [expected: DatabaseCatalog, actual: DatabaseCatalog];

/**
 * Leaves out of both sides what is not compared: a database may hold objects of files, extensions,
 * and whatever stands in schemas in which the history makes nothing.
 */
export function comparableSides(expected: DatabaseCatalog, actual: DatabaseCatalog): Sides {
  const schemas = new Set([...expected.values()].map(({ schema }) => schema).concat('public'));
  const isCompared = ({ kind }: CatalogEntry) => !OF_ROLES.has(kind);
  const isOurs = (entry: CatalogEntry) =>
    isCompared(entry) && !MAY_BE_MORE.has(entry.kind) && schemas.has(entry.schema);
  return [
    filter(withoutPartitions(expected), isCompared),
    filter(withoutPartitions(actual), (entry) =>
      expected.has(entry.identity) ? isCompared(entry) : isOurs(entry),
    ),
  ];
}

function filter(
  catalog: DatabaseCatalog,
  isKept: (entry: CatalogEntry) => boolean,
): DatabaseCatalog {
  return new Map([...catalog].filter(([, entry]) => isKept(entry)));
}
