import type { ManifestField, ManifestModel } from '@holovitals/schema-composer';
import pg from 'pg';

const quote = (name: string) => pg.escapeIdentifier(name);

/** Where a field's ids may point: one model, or of a pair one for each type. */
export interface Target {
  readonly type: string | null;
  readonly table: string;
  readonly column: string;
  readonly databaseType: string;
}

/** One field whose references are counted. */
export interface Plan {
  readonly model: ManifestModel;
  readonly field: ManifestField;
  /** The column that tells the type, of a pair. */
  readonly via: string | null;
  readonly targets: readonly Target[];
}

/** A row of the answer: one type's sums, with how far the batch went. */
export interface Batch {
  readonly scanned: number;
  /** The primary key of the batch's last row, as text. */
  readonly last: string[] | null;
  readonly type: string | null;
  readonly rows: number;
  readonly orphans: number;
}

/**
 * The SQL of one batch along the primary key: its references are unfolded, looked up, and summed by
 * type. A table without a primary key is one batch.
 */
export function batchQuery(plan: Plan, continues: boolean, size: number): string {
  const { model, field, via } = plan;
  const keys = model.primaryKey.columns;
  const order = keys.length === 0 ? '' : `order by ${keys.map(quote).join(', ')} limit ${size}`;
  const last = `array[${keys.map((key) => `${quote(key)}::text`).join(', ')}]`;
  const columns = new Set([...keys, field.column, ...(via === null ? [] : [via])]);
  const value = field.list ? 'unfolded.value' : `batch.${quote(field.column)}`;
  const type = via === null ? 'null::text' : `batch.${quote(via)}::text`;
  return `
    with batch as materialized (
      select ${[...columns].map(quote).join(', ')} from public.${quote(model.table)}
      ${continues ? `where ${isAfter(model)}` : ''} ${order}
    ), refs as (
      select ${type} as type, ${isOrphan(plan, type, value)} as is_orphan
      from batch ${field.list ? `cross join lateral unnest(batch.${quote(field.column)}) as unfolded (value)` : ''}
      where ${value} is not null
    ), sums as (
      select type, count(*)::int as rows, (count(*) filter (where is_orphan))::int as orphans
      from refs group by type
    )
    select scan.scanned, scan.last, sums.type, coalesce(sums.rows, 0) as rows,
           coalesce(sums.orphans, 0) as orphans
    from (select count(*)::int as scanned,
                 ${
                   keys.length === 0
                     ? 'null::text[]'
                     : `(select ${last} from batch
                         order by ${keys.map((key) => `${quote(key)} desc`).join(', ')} limit 1)`
                 } as last
          from batch) as scan
    left join sums on true`;
}

function isAfter({ primaryKey, fields }: ManifestModel): string {
  const values = primaryKey.columns.map((key, place) => {
    const { databaseType = 'text' } = fields.find(({ column }) => column === key) ?? {};
    return `$${place + 1}::text::${databaseType}`;
  });
  return `(${primaryKey.columns.map(quote).join(', ')}) > (${values.join(', ')})`;
}

/** A type that names no model can be looked up nowhere: its rows are counted, and no fault. */
function isOrphan({ field, via, targets }: Plan, type: string, value: string): string {
  if (targets.length === 0) return 'false';
  const cases = targets.map((target) => {
    const lookUp = `not exists (select from public.${quote(target.table)} target where ${isTarget(target, field, value)})`;
    return target.type === null ? lookUp : `when ${pg.escapeLiteral(target.type)} then ${lookUp}`;
  });
  return via === null ? cases.join('') : `case ${type} ${cases.join(' ')} else false end`;
}

/** Compares in the target's own type where it can, so that its index serves. */
function isTarget(target: Target, field: ManifestField, value: string): string {
  const column = `target.${quote(target.column)}`;
  if (field.databaseType.replace(/\[\]$/, '') === target.databaseType)
    return `${column} = ${value}`;
  if (target.databaseType === 'uuid') {
    return `${column} = case when ${value}::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then ${value}::text::uuid end`;
  }
  return `${column}::text = ${value}::text`;
}
