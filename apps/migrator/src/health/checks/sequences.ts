import { found } from '../finding.ts';
import { ask, type HealthCheck, type Observation, type Sight } from '../health-check.ts';

const FAR = 0.7;
const VERY_FAR = 0.9;

/** Whether sequences, and the columns that they fill, have numbers left. */
export const sequenceChecks: readonly HealthCheck[] = [
  { name: 'sequences', look: lookAtSequences },
];

interface Sequence {
  readonly sequence: string;
  readonly column: string | null;
  readonly used: number | null;
  readonly sql: readonly string[];
}

/**
 * A column is filled by a sequence that it owns (serial, identity) or that its default names; the
 * narrower of both types is where it ends.
 */
const SEQUENCES = `
  with fills as (
    select d.objid as sequence, d.refobjid as relation, d.refobjsubid::int2 as attnum from pg_depend d
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0
    union
    select d.refobjid, e.adrelid, e.adnum from pg_depend d join pg_attrdef e on e.oid = d.objid
    where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass),
  bounded as (
    select c.oid, format('%I.%I', n.nspname, c.relname) as sequence, s.seqincrement > 0 as up, s.seqtypid,
      format('%I.%I', tn.nspname, t.relname) as relation, quote_ident(a.attname) as column, a.atttypid,
      least(s.seqmax::numeric, case a.atttypid when 21 then 32767 when 23 then 2147483647 else 9223372036854775807 end) as highest,
      greatest(s.seqmin::numeric, case a.atttypid when 21 then -32768 when 23 then -2147483648 else -9223372036854775808 end) as lowest,
      (select last_value::numeric from pg_sequences q where q.schemaname = n.nspname and q.sequencename = c.relname) as last,
      has_sequence_privilege(c.oid, 'SELECT, USAGE') as seen, c.relpersistence
    from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
    left join fills f on f.sequence = c.oid
    left join pg_class t on t.oid = f.relation and t.relkind in ('r', 'p')
    left join pg_namespace tn on tn.oid = t.relnamespace
    left join pg_attribute a on a.attrelid = t.oid and a.attnum = f.attnum
    where not s.seqcycle and n.nspname !~ '^pg_' and n.nspname <> 'information_schema')
  select sequence, relation || '.' || "column" as column,
    case when not seen then null
      when up then (coalesce(last, lowest) - lowest) / nullif(highest - lowest, 0)
      else (highest - coalesce(last, highest)) / nullif(highest - lowest, 0) end::float8 as used,
    array_remove(array[
      case when seqtypid <> 20 then format('ALTER SEQUENCE %s AS bigint', sequence) end,
      case when atttypid in (21, 23) then format('ALTER TABLE %s ALTER COLUMN %s TYPE bigint', relation, "column") end], null) as sql
  from bounded order by sequence, "column"`;

async function lookAtSequences(sight: Sight): Promise<Observation> {
  const sequences = await ask<Sequence>(sight, SEQUENCES);
  const seen = sequences.filter((it): it is Sequence & { used: number } => it.used !== null);
  return {
    findings: seen
      .filter(({ used }) => used >= FAR)
      .map(({ sequence, column, used, sql }) =>
        found(
          'SEQUENCE_NEAR_END',
          used >= VERY_FAR ? 'critical' : 'warning',
          `Sequence ${sequence}${column === null ? '' : `, which fills ${column},`} has used ${Math.floor(used * 100)} in a hundred of its numbers.`,
          sql,
        ),
      ),
    measures: [
      {
        name: 'sequence_used_ratio',
        unit: 'ratio',
        help: 'Numbers used of the sequence that is nearest to its end.',
        value: seen.reduce((most, { used }) => Math.max(most, used), 0),
      },
    ],
    unseen:
      seen.length < sequences.length
        ? 'How far a sequence is, is shown to roles with SELECT or USAGE on it.'
        : undefined,
  };
}
