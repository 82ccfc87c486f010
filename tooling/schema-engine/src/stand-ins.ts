import type { SchemaState } from './open-schema-engine.ts';

/**
 * The engine writes names as they are between its quotes, and a quote in a name ends it. Such quotes
 * are given to the engine as control characters of the same length, and put right in what it writes.
 */
const DOUBLE = '\u0001';
const SINGLE = '\u0002';

/** Texts of a schema with the word that says what they are: a name, or SQL that holds names; or a comment. */
const TEXT =
  /\/\/[^\n]*|(?:(@map\(\s*(?:name\s*:\s*)?|\bmap\s*:\s*)|(\b(?:raw|dbgenerated)\(\s*))?"((?:[^"\\]|\\[^])*)"/g;
const QUOTE = /\\u002[27]|\\[^]|'/gi;

/** Renames what has a quote in its name, in the database that the engine replays a history in. */
const RENAME = String.raw`do $$ declare s text; begin
  for s in
    select format('alter table %s rename column %I to %I', a.attrelid::regclass, a.attname, translate(a.attname, '"''', U&'\0001\0002'))
      from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and a.attnum > 0 and not a.attisdropped and a.attinhcount = 0 and a.attname ~ '["'']'
    union all
    select format('alter table %s rename constraint %I to %I', k.conrelid::regclass, k.conname, translate(k.conname, '"''', U&'\0001\0002'))
      from pg_constraint k
      where k.connamespace = 'public'::regnamespace and k.conrelid <> 0 and k.conparentid = 0 and k.coninhcount = 0 and k.conname ~ '["'']'
    union all
    select format('alter type %s rename value %L to %L', t.oid::regtype, e.enumlabel, translate(e.enumlabel, '"''', U&'\0001\0002'))
      from pg_enum e join pg_type t on t.oid = e.enumtypid
      where t.typnamespace = 'public'::regnamespace and e.enumlabel ~ '["'']'
  loop execute s; end loop;
  for s in
    select format('alter %s public.%I rename to %I', case when relkind in ('i', 'I') then 'index' when relkind = 'S' then 'sequence' else 'table' end,
                  relname, translate(relname, '"''', U&'\0001\0002'))
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'i', 'I', 'S') and relname ~ '["'']'
    union all
    select format('alter type public.%I rename to %I', typname, translate(typname, '"''', U&'\0001\0002'))
      from pg_type where typnamespace = 'public'::regnamespace and typtype = 'e' and typname ~ '["'']'
  loop execute s; end loop;
end $$;`;

/** The states as the engine is to see them; as they are where a live database is one of them. */
export function withStandIns(from: SchemaState, to: SchemaState): [SchemaState, SchemaState] {
  const isLive = [from, to].some(({ kind }) => kind === 'database');
  return isLive ? [from, to] : [standIn(from), standIn(to)];
}

function standIn(state: SchemaState): SchemaState {
  if (state.kind === 'history') {
    const { migrations } = state;
    // A name with a quote is written with it, whatever writes it.
    if (!migrations.some(({ sql }) => /["']/.test(sql))) return state;
    const last = { name: '99999999999999_stand_ins', sql: RENAME };
    return { kind: 'history', migrations: [...migrations, last] };
  }
  if (state.kind !== 'schema') return state;
  const files = state.files.map(({ path, content }) => ({ path, content: inSchema(content) }));
  return { kind: 'schema', files };
}

function inSchema(text: string): string {
  return text.replace(TEXT, (whole: string, ...[name, sql, content]: (string | undefined)[]) => {
    if (content === undefined) return whole;
    if (name !== undefined) return `${name}"${content.replace(QUOTE, escapeOf)}"`;
    return sql === undefined ? whole : `${sql}${JSON.stringify(inSql(content))}`;
  });
}

function escapeOf(quote: string): string {
  if (quote === '\\"' || quote === '\\u0022') return '\\u0001';
  return quote === "'" || quote === "\\'" || quote === '\\u0027' ? '\\u0002' : quote;
}

/** Only what stands between double quotes is a name. */
function inSql(content: string): string {
  const sql = JSON.parse(`"${content}"`) as string;
  return sql.replace(/'(?:[^']|'')*'|"((?:[^"]|"")*)"/g, (whole, name: string | undefined) =>
    name === undefined ? whole : `"${name.replaceAll('""', DOUBLE).replaceAll("'", SINGLE)}"`,
  );
}

const WRITTEN = /\/\*[^]*?\*\/|--[^\n]*|"[^"]*"|'(?:[^']|'')*'/g;
const STAND_INS = new RegExp(`[${DOUBLE}${SINGLE}]`, 'g');

/** Puts the quotes back into what the engine wrote, as SQL has them. */
export function withoutStandIns(sql: string): string {
  return sql.replace(WRITTEN, (token) =>
    token.replace(STAND_INS, (it) => {
      const quote = it === DOUBLE ? '"' : "'";
      return token.startsWith(quote) ? quote + quote : quote;
    }),
  );
}
