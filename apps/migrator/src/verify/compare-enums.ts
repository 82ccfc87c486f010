import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { MISSING, type Difference } from './difference.ts';

/** Compares enums, their values and the order of these: PostgreSQL sorts by it. */
export async function compareEnums(
  client: pg.Client,
  manifest: SchemaManifest,
): Promise<Difference[]> {
  const { rows } = await client.query<{ name: string; values: string[] }>(
    `select t.typname as name,
            array(select enumlabel::text from pg_enum where enumtypid = t.oid order by enumsortorder) as values
     from pg_type t
     where t.typtype = 'e' and t.typnamespace = to_regnamespace('public')
       and not exists (select from pg_depend d where d.objid = t.oid and d.deptype = 'e')`,
  );
  const there = new Map(rows.map(({ name, values }) => [name, values]));
  const known = new Set(manifest.enums.map(({ databaseName }) => databaseName));
  return [
    ...manifest.enums.flatMap(({ databaseName: name, values, source }): Difference[] => {
      const found = there.get(name);
      if (found === undefined) return [{ kind: 'enum', name, what: MISSING, source }];
      const wanted = values.map(({ databaseName }) => databaseName);
      return faultsOf(wanted, found).map((what) => ({ kind: 'enum', name, what, source }));
    }),
    ...rows
      .filter(({ name }) => !known.has(name))
      .map(({ name }): Difference => ({
        ...{ kind: 'enum', name, what: 'The schema has no such enum.' },
      })),
  ];
}

function faultsOf(wanted: readonly string[], found: readonly string[]): string[] {
  const missing = wanted.filter((value) => !found.includes(value));
  const beyond = found.filter((value) => !wanted.includes(value));
  const shared = wanted.filter((value) => found.includes(value));
  const isReordered = shared.some(
    (value, place) => value !== found.filter((it) => wanted.includes(it))[place],
  );
  return [
    ...(missing.length > 0 ? [`It lacks ${missing.join(', ')}.`] : []),
    ...(beyond.length > 0 ? [`The schema does not have its ${beyond.join(', ')}.`] : []),
    ...(isReordered ? ['Its values stand in another order.'] : []),
  ];
}
