import type { FuncCall, Node } from '@pgsql/types';
import { keyOf, type Catalog } from './catalog.ts';
import { visit, wordsOf } from './script-context.ts';

/**
 * How often a default is worked out: once for all rows (`constant`), again for each row
 * (`volatile`), or it cannot be told.
 */
export type DefaultKind = 'none' | 'constant' | 'volatile' | 'unknown';

const VOLATILE = new Set(
  'random random_normal clock_timestamp timeofday gen_random_uuid uuidv4 uuidv7 uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 nextval currval setval lastval set_config pg_sleep gen_random_bytes txid_current pg_current_xact_id'.split(
    ' ',
  ),
);

/** What the server brings and works out once a statement, or always the same way. */
const STABLE = new Set(
  'now transaction_timestamp statement_timestamp timezone date_trunc date_part extract lower upper btrim ltrim rtrim trim concat concat_ws coalesce greatest least length char_length abs round floor ceil ceiling power mod to_timestamp to_char to_date to_number make_date make_time make_timestamp make_timestamptz make_interval age json_build_object json_build_array jsonb_build_object jsonb_build_array to_json to_jsonb array_fill string_to_array array_append array_cat cardinality repeat replace substring substr left right lpad rpad md5 sha256 encode decode current_setting current_database current_schema current_user session_user pg_backend_pid version int4range int8range numrange tsrange tstzrange daterange convert_to convert_from'.split(
    ' ',
  ),
);

/** Tells how often an expression is worked out when it is the default of a new column. */
export function kindOfDefault(catalog: Catalog, expression: Node | undefined): DefaultKind {
  if (expression === undefined || isNull(expression)) return 'none';
  let kind: DefaultKind = 'constant';
  visit({ expression }, 'FuncCall', (call) => {
    const found = kindOfCall(catalog, (call as FuncCall).funcname?.flatMap(wordsOf) ?? []);
    if (found === 'volatile' || kind === 'constant') kind = found;
  });
  return kind;
}

function isNull(expression: Node): boolean {
  if ('TypeCast' in expression) {
    return expression.TypeCast.arg !== undefined && isNull(expression.TypeCast.arg);
  }
  return 'A_Const' in expression && expression.A_Const.isnull === true;
}

function kindOfCall(
  catalog: Catalog,
  words: readonly string[],
): 'constant' | 'volatile' | 'unknown' {
  const name = words.at(-1) ?? '';
  const own = isVolatileFunction(catalog, words);
  if (own !== undefined) return own ? 'volatile' : 'constant';
  if (VOLATILE.has(name)) return 'volatile';
  return STABLE.has(name) ? 'constant' : 'unknown';
}

/** Of a function that people made: whether it is volatile; undefined for others. */
export function isVolatileFunction(
  { functions, searchPath }: Catalog,
  words: readonly string[],
): boolean | undefined {
  const name = words.at(-1) ?? '';
  const [schema] = words.slice(-2, -1);
  for (const place of schema === undefined ? searchPath : [schema]) {
    const found = functions.get(keyOf(place, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Functions of the server itself that a script may call without anything else being locked. */
export function isBuiltIn(name: string): boolean {
  return VOLATILE.has(name) || STABLE.has(name);
}
