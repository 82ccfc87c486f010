import type { ManifestModel, ManifestRelation, SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { MISSING, type Difference } from './difference.ts';

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly target: string;
  readonly targetColumns: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
  readonly validated: boolean;
}

const QUERY = `
  select c.relname as table, k.conname as name, k.convalidated as validated,
         k.confdeltype::text as "onDelete", k.confupdtype::text as "onUpdate", t.relname as target,
         array(select a.attname::text from unnest(k.conkey) with ordinality as key (number, place)
               join pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.number
               order by key.place) as columns,
         array(select a.attname::text from unnest(k.confkey) with ordinality as key (number, place)
               join pg_attribute a on a.attrelid = k.confrelid and a.attnum = key.number
               order by key.place) as "targetColumns"
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_class t on t.oid = k.confrelid
  where k.contype = 'f' and k.conparentid = 0 and c.relnamespace = to_regnamespace('public')`;

const ACTIONS: Readonly<Record<string, string>> = {
  a: 'NoAction',
  r: 'Restrict',
  c: 'Cascade',
  n: 'SetNull',
  d: 'SetDefault',
};

/**
 * Compares foreign keys of the tables that are there: their columns, targets and actions, and
 * whether all rows keep them.
 */
export async function compareForeignKeys(
  client: pg.Client,
  { models: all }: SchemaManifest,
  isThere: (table: string) => boolean,
): Promise<Difference[]> {
  const { rows } = await client.query<ForeignKey>(QUERY);
  const there = new Map(rows.map((row) => [`${row.table}.${row.name}`, row]));
  const models = new Map(all.map((model) => [model.name, model]));
  const wanted = new Set<string>();
  const differences = all
    .filter(({ table }) => isThere(table))
    .flatMap((model) =>
      model.relations.flatMap((relation): Difference[] => {
        const target = models.get(relation.model);
        if (relation.constraint === null || relation.fields.length === 0) return [];
        const name = `${model.table}.${relation.constraint}`;
        wanted.add(name);
        const found = there.get(name);
        const faults =
          found === undefined || target === undefined
            ? [MISSING]
            : faultsOf(relation, target, found);
        return faults.map((what) => ({ kind: 'foreign-key', name, what, source: model.source }));
      }),
    );
  const tables = new Set(all.map(({ table }) => table));
  const beyond = rows
    .filter(({ table, name }) => tables.has(table) && !wanted.has(`${table}.${name}`))
    .map(({ table, name }): Difference => ({
      ...{ kind: 'foreign-key', name: `${table}.${name}`, what: 'The schema has no such key.' },
    }));
  return [...differences, ...beyond];
}

function faultsOf(relation: ManifestRelation, target: ManifestModel, found: ForeignKey): string[] {
  const references = relation.references.map(
    (name) => target.fields.find((field) => field.name === name)?.column ?? name,
  );
  const tell = (from: readonly string[], table: string, to: readonly string[]) =>
    `(${from.join(', ')}) to ${table} (${to.join(', ')})`;
  const [is, should] = [
    tell(found.columns, found.target, found.targetColumns),
    tell(relation.columns, target.table, references),
  ];
  const { onDelete, onUpdate } = relation;
  const acts = (event: string, letter: string, action: string | null) =>
    action === null || ACTIONS[letter] === action
      ? []
      : [`On ${event} it does ${ACTIONS[letter] ?? letter}; the schema says ${action}.`];
  return [
    ...(is === should ? [] : [`It leads from ${is}; the schema says from ${should}.`]),
    ...acts('delete', found.onDelete, onDelete),
    ...acts('update', found.onUpdate, onUpdate),
    ...(found.validated ? [] : ['It is not validated: rows from before it may break it.']),
  ];
}
