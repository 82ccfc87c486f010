import type pg from 'pg';
import type { CatalogDifference } from '../catalog/compare-catalogs.ts';
import { readCatalog, type DatabaseCatalog } from '../catalog/read-catalog.ts';
import { compareMeaning } from '../catalog/same-meaning.ts';
import type { ReplayDatabase } from '../dev/replay-database.ts';
import type { Migration } from '../history/read-history.ts';
import { checksumTables } from '../reversibility/checksum-tables.ts';
import { replayOrThrow } from '../replay/replay-migrations.ts';
import { comparableSides, type Sides } from './comparable-sides.ts';

/** A place in the history, compared with a database. */
export interface Match {
  /** The last migration of it. */
  readonly to: Migration;
  readonly migrations: readonly Migration[];
  /** What the migrations make, and what the database holds of it. */
  readonly sides: Sides;
  /** What differs; empty where the database holds it. */
  readonly differences: readonly CatalogDifference[];
  /** Tables into which these migrations write rows, which no catalog proves. */
  readonly withRows: readonly string[];
  /** The last of these migrations, where the catalog is the same without them. */
  readonly traceless: readonly string[];
}

/**
 * Finds the newest place in the history that a database holds; where it holds none, the one that is
 * nearest by its columns. Catalogs are read only where the columns agree.
 *
 * @throws CodedError `MIGRATOR.HISTORY_NOT_REPLAYABLE`
 */
export async function findMatch(
  replay: ReplayDatabase,
  history: readonly Migration[],
  actual: DatabaseCatalog,
  onProgress: (line: string) => void,
): Promise<Match> {
  const columns = columnsOf(actual);
  const holding: number[] = [];
  let nearest = { place: history.length - 1, distance: Infinity };
  await replay.wipe();
  await replayOrThrow(replay.client, history, {
    onProgress,
    onEach: async (place) => {
      const distance = distanceOf(await readColumns(replay.client), columns);
      if (distance <= nearest.distance) nearest = { place, distance };
      if (distance > 0) return;
      const differences = await compareMeaning(
        ...comparableSides(await readCatalog(replay.client), actual),
      );
      if (differences.length === 0) holding.push(place);
    },
  });
  const migrations = history.slice(0, (holding.at(-1) ?? nearest.place) + 1);
  const traceless = holding.slice(1).map((place) => history[place]?.name ?? '');
  return { ...(await compareUpTo(replay, migrations, actual, onProgress)), traceless };
}

/**
 * Compares a database with what migrations make.
 *
 * @throws CodedError `MIGRATOR.HISTORY_NOT_REPLAYABLE`
 */
export async function compareUpTo(
  replay: ReplayDatabase,
  migrations: readonly Migration[],
  actual: DatabaseCatalog,
  onProgress: (line: string) => void,
): Promise<Match> {
  const { client } = replay;
  await replay.wipe();
  await replayOrThrow(client, migrations, { onProgress });
  const rows = await checksumTables(client);
  const sides = comparableSides(await readCatalog(client), actual);
  return {
    ...{ to: migrations.at(-1) as Migration, migrations },
    ...{ sides, differences: await compareMeaning(...sides) },
    withRows: [...rows].filter(([, table]) => table.rows > 0).map(([name]) => name),
    traceless: [],
  };
}

/** Columns of tables, and the schemas they are in. */
type Columns = ReadonlyMap<string, string>;

async function readColumns(client: pg.Client): Promise<Columns> {
  const { rows } = await client.query<{ name: string; schema: string }>(
    `select format('column %I.%I.%I', n.nspname, c.relname, a.attname) as name, n.nspname as schema
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
       and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'migrator')
       and c.relname <> '_prisma_migrations'`,
  );
  return new Map(rows.map(({ name, schema }) => [name, schema]));
}

function columnsOf(catalog: DatabaseCatalog): Columns {
  const columns = [...catalog.values()].filter(
    ({ kind, ofPartition, table }) =>
      kind === 'column' && !ofPartition && catalog.has(`table ${table ?? ''}`),
  );
  return new Map(columns.map(({ identity, schema }) => [identity, schema ?? '']));
}

/** Columns that one side lacks, in the schemas of the history. */
function distanceOf(expected: Columns, actual: Columns): number {
  const schemas = new Set([...expected.values(), 'public']);
  const lacking = [...expected.keys()].filter((name) => !actual.has(name));
  const more = [...actual].filter(([name, schema]) => schemas.has(schema) && !expected.has(name));
  return lacking.length + more.length;
}
