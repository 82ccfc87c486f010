import type { ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import type { Difference } from './difference.ts';

interface Relation {
  /** The table of the manifest. */
  readonly table: string;
  /** It, or a partition of it. */
  readonly identity: string;
  readonly isPartition: boolean;
  readonly enabled: boolean;
  readonly forced: boolean;
  readonly partitionKey: string | null;
  readonly defaultPartition: string | null;
  readonly refusesRows: boolean;
  readonly refusesTruncate: boolean;
}

/** Types of triggers: 1 row, 8 delete, 16 update, 32 truncate. */
const QUERY = `
  select root.relname as table, c.oid::regclass::text as identity, c.oid <> root.oid as "isPartition",
         c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
         pg_get_partkeydef(c.oid) as "partitionKey",
         (select n.nspname || '.' || d.relname from pg_partitioned_table p
            join pg_class d on d.oid = p.partdefid join pg_namespace n on n.oid = d.relnamespace
          where p.partrelid = c.oid) as "defaultPartition",
         exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgfoid = refusal.oid
                 and t.tgenabled in ('O', 'A') and t.tgtype::int & 25 = 25) as "refusesRows",
         exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgfoid = refusal.oid
                 and t.tgenabled in ('O', 'A') and t.tgtype::int & 33 = 32) as "refusesTruncate"
  from pg_class root
  cross join lateral (
    select root.oid union select relid from pg_partition_tree(root.oid)
  ) as tree (oid)
  join pg_class c on c.oid = tree.oid
  left join lateral (select to_regprocedure('migrator.refuse_change()')::oid as oid) as refusal on true
  where root.relnamespace = to_regnamespace('public') and root.relname = any ($1)
    and root.relkind in ('r', 'p')
  order by root.relname, identity`;

/**
 * Compares what protects rows: row security on each table that must have it and on each of its
 * partitions, the refusal of change on what is append-only, and partitioning itself.
 */
export async function compareProtection(
  client: pg.Client,
  manifest: SchemaManifest,
): Promise<Difference[]> {
  const models = new Map(manifest.models.map((model) => [model.table, model]));
  const { rows } = await client.query<Relation>(QUERY, [[...models.keys()]]);
  const differences = rows.flatMap((relation): Difference[] => {
    const model = models.get(relation.table);
    return model === undefined ? [] : faultsOf(model, relation);
  });
  return [...differences, ...(await disabledTriggers(client))];
}

function faultsOf(model: ManifestModel, relation: Relation): Difference[] {
  const name = relation.identity;
  const { source } = model;
  const tell = (kind: Difference['kind'], what: string): Difference => ({
    ...{ kind, name, what, source },
  });
  return [
    ...(model.rowSecurity && !relation.enabled
      ? [
          tell(
            'row-security',
            'It is switched off; every row is open to whoever may read the table.',
          ),
        ]
      : []),
    ...(relation.forced
      ? [tell('row-security', 'It binds the owner too: migrations and backups would miss rows.')]
      : []),
    ...(model.immutable && !relation.refusesRows
      ? [tell('trigger', 'Nothing refuses UPDATE and DELETE; the table is append-only.')]
      : []),
    ...(model.immutable && !relation.refusesTruncate
      ? [tell('trigger', 'Nothing refuses TRUNCATE; the table is append-only.')]
      : []),
    ...(relation.isPartition
      ? []
      : partitionFaults(model, relation).map((what) => tell('partition', what))),
  ];
}

function partitionFaults(model: ManifestModel, relation: Relation): string[] {
  if (model.partitionBy === null) {
    return relation.partitionKey === null
      ? []
      : [`It is partitioned by ${relation.partitionKey}; the schema says it is not.`];
  }
  const { column, partitionSchema } = model.partitionBy;
  if (relation.partitionKey === null) return ['It is not partitioned.'];
  const plain = relation.partitionKey.replaceAll('"', '');
  const wanted = `${partitionSchema}.${model.table}_default`;
  return [
    ...(plain === `RANGE (${column})`
      ? []
      : [`It is partitioned by ${plain}; the schema says RANGE (${column}).`]),
    ...(relation.defaultPartition === wanted
      ? []
      : [
          `Its default partition is ${relation.defaultPartition ?? 'missing'}; it should be ${wanted}.`,
        ]),
  ];
}

/** A disabled trigger of the server's own is a foreign key that nobody keeps. */
async function disabledTriggers(client: pg.Client): Promise<Difference[]> {
  const { rows } = await client.query<{ name: string; table: string; internal: boolean }>(
    `select t.tgname as name, c.oid::regclass::text as table, t.tgisinternal as internal
     from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where t.tgenabled in ('D', 'R') and c.relnamespace = to_regnamespace('public')`,
  );
  const own = rows.filter(({ internal }) => !internal);
  const unkept = new Set(rows.filter(({ internal }) => internal).map(({ table }) => table));
  return [
    ...own.map(({ name, table }): Difference => ({
      ...{ kind: 'trigger', name: `${table}.${name}`, what: 'It is switched off.' },
    })),
    ...[...unkept].map((table): Difference => ({
      ...{
        kind: 'foreign-key',
        name: table,
        what: 'Triggers that keep its keys are switched off.',
      },
    })),
  ];
}
