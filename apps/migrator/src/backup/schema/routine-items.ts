import { own } from '../../catalog/structure-query.ts';
import { itemColumns, keyOf, ownSchema } from './item-query.ts';
import { RANK } from './schema-item.ts';

const routine = (sql: string) =>
  itemColumns({
    ...{ key: keyOf('pg_proc', 'p.oid'), rank: RANK.routine, sql },
    name: `format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))`,
  });

/** Functions, procedures and plain aggregates. */
export const ROUTINE_ITEMS = `
select ${routine('array[pg_get_functiondef(p.oid)]')}
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where p.prokind <> 'a' and ${ownSchema('n.nspname')} and ${own('pg_proc', 'p.oid')}
  -- Constructors of a range type come with it.
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
union all
select ${routine(`array[format('create aggregate %I.%I(%s) (%s)', n.nspname, p.proname,
  coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*'), concat_ws(', ',
  'sfunc = ' || a.aggtransfn::regproc, 'stype = ' || format_type(a.aggtranstype, null),
  'sspace = ' || nullif(a.aggtransspace, 0),
  'finalfunc = ' || nullif(a.aggfinalfn::oid, 0)::regproc, case when a.aggfinalextra then 'finalfunc_extra' end,
  case a.aggfinalmodify when 's' then 'finalfunc_modify = shareable' when 'w' then 'finalfunc_modify = read_write' end,
  'combinefunc = ' || nullif(a.aggcombinefn::oid, 0)::regproc,
  'serialfunc = ' || nullif(a.aggserialfn::oid, 0)::regproc,
  'deserialfunc = ' || nullif(a.aggdeserialfn::oid, 0)::regproc,
  'initcond = ' || quote_literal(a.agginitval),
  case p.proparallel when 's' then 'parallel = safe' when 'r' then 'parallel = restricted' end))]`)}
from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_aggregate a on a.aggfnoid = p.oid
where ${ownSchema('n.nspname')} and ${own('pg_proc', 'p.oid')}`;
