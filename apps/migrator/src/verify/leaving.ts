import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { readHeldContracts } from '../contract/held-contracts.ts';
import { releaseOf } from '../contract/release.ts';
import type { Workspace } from '../environment/workspace.ts';
import { readApplied } from '../history/applied.ts';
import { readHistory } from '../history/read-history.ts';
import { compareHistory } from '../history/status.ts';
import type { Difference } from './difference.ts';

/** What the schema does without already, and what stays until a contract is no longer held. */
export interface Leaving {
  /** `kind name`, as differences have it. */
  readonly told: ReadonlySet<string>;
  /** What the schema engine would say of it: whole statements, and actions of `ALTER TABLE`. */
  readonly drops: ReadonlySet<string>;
  /** Comments on the columns, as the catalog names them: no file makes them any more. */
  readonly comments: readonly string[];
}

/** Reads what held contracts are to drop: columns, their indexes, and enums that nothing else uses. */
export async function readLeaving(
  client: pg.Client,
  workspace: Workspace,
  manifest: SchemaManifest,
): Promise<Leaving> {
  const history = readHistory(workspace);
  const { pending } = compareHistory(history, await readApplied(client));
  const release = releaseOf(workspace, manifest);
  const held = await readHeldContracts(client, { history, pending, release });
  if (held.length === 0) return { told: new Set(), drops: new Set(), comments: [] };
  const columns = held.flatMap((contract) => contract.columns);
  const { rows } = await client.query<{ kind: string; of: string; name: string }>(QUERY, [
    columns.map(({ table }) => table),
    columns.map(({ column }) => column),
  ]);
  const goes = rows.filter(({ kind }) => kind !== 'comment');
  const quote = (name: string) => pg.escapeIdentifier(name);
  return {
    told: new Set([
      ...held.map(({ migration }) => `migration ${migration}`),
      ...columns.map(({ table, column }) => `column ${table}.${column}`),
      ...goes.map(({ kind, of, name }) => `${kind} ${of}${name}`),
    ]),
    drops: new Set([
      ...columns.map(({ table, column }) => `${quote(table)} DROP COLUMN ${quote(column)}`),
      ...goes.map(({ kind, name }) => `DROP ${kind === 'enum' ? 'TYPE' : 'INDEX'} ${quote(name)}`),
    ]),
    comments: rows.filter(({ kind }) => kind === 'comment').map(({ name }) => name),
  };
}

/** Leaves out what is there beyond the schema and is leaving. */
export function withoutLeaving(differences: readonly Difference[], { told }: Leaving) {
  return differences.filter(
    ({ kind, name, what }) =>
      !(told.has(`${kind} ${name}`) && /^(The schema has no such |It is not applied)/.test(what)),
  );
}

/** Tells whether all that a statement of the schema engine does is to drop what is leaving. */
export function isOfLeaving(statement: string, { drops }: Leaving): boolean {
  if (drops.has(statement)) return true;
  const [, table, actions] =
    /^ALTER TABLE ("(?:[^"]|"")+") (DROP COLUMN .+)$/.exec(statement) ?? [];
  if (table === undefined || actions === undefined) return false;
  return actions.split(/, (?=DROP COLUMN ")/).every((action) => drops.has(`${table} ${action}`));
}

const QUERY = `
  with leaving as (
    select c.oid, c.relname, a.attname, a.attnum, t.oid as type, e.oid as element
    from unnest($1::text[], $2::text[]) as held (name, "column")
    join pg_class c on c.relnamespace = to_regnamespace('public') and c.relname = held.name
    join pg_attribute a on a.attrelid = c.oid and a.attname = held."column"
    join pg_type t on t.oid = a.atttypid left join pg_type e on e.oid = t.typelem and t.typlen = -1
  )
  select distinct 'index' as kind, l.relname || '.' as of, i.relname::text as name
  from leaving l
  join pg_depend d on d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
    and d.refobjid = l.oid and d.refobjsubid = l.attnum
  join pg_class i on i.oid = d.objid and i.relkind in ('i', 'I')
  union
  select 'comment', '', format('comment on column public.%I.%I', relname, attname) from leaving
  union
  select 'enum', '', t.typname::text
  from leaving l join pg_type t on t.oid in (l.type, l.element) and t.typtype = 'e'`;
