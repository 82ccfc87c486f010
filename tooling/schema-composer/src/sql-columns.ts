import type { SqlToken } from './sql-token.ts';

/** Words that PostgreSQL's grammar puts into expressions and index definitions. */
const keywords = new Set(
  `all and any array as asc asymmetric at between both by case cast collate concurrently cross
  current current_catalog current_date current_role current_schema current_time current_timestamp
  current_user day default deferrable deferred desc distinct document do double else end escape
  except exclude exists extract false filter first following for from gist gin brin btree hash
  spgist group having hour ilike immediate in include inner initially intersect interval into is
  isnull json last lateral leading left like limit local localtime localtimestamp minute month
  natural not nothing notnull null nulls of offset on only operator or order outer over overlaps
  partition placing precision preceding range right row rows scalar second select session_user
  setof similar some string symmetric table then ties time timestamp to trailing true unbounded
  union unique unknown user using value values varying when where window with within without xml
  year zone nfc nfd nfkc nfkd normalized character char bit national nchar dec decimal numeric
  varchar epoch object keys tablespace`.split(/\s+/),
);

/**
 * The tokens of an expression that can only be columns: not keywords, functions, types after `::`
 * or `AS`, type words before a string, collations, operator classes or options of an index.
 */
export function columnTokens(tokens: readonly SqlToken[]): SqlToken[] {
  const found: SqlToken[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    const before = tokens[at - 1];
    const after = tokens[at + 1];
    if (isStorageOptions(tokens, at)) {
      while (tokens[at] !== undefined && tokens[at]?.text !== ')') at++;
      continue;
    }
    if (token.kind !== 'word' && token.kind !== 'quoted') continue;
    if (isSymbol(after, '(') || isSymbol(after, '.') || isSymbol(before, '::')) continue;
    if (isSymbol(before, '.')) continue;
    if (before?.kind === 'word' && ['as', 'collate', 'using'].includes(before.text)) continue;
    if (token.kind === 'quoted') {
      found.push(token);
      continue;
    }
    if (keywords.has(token.text) || after?.kind === 'string') continue;
    if (isUnitOfExtract(tokens, at) || isOperatorClass(before, after)) continue;
    found.push(token);
  }
  return found;
}

/** `WITH (fillfactor = 70)` after the columns of an index; `WITH =` of EXCLUDE is none. */
function isStorageOptions(tokens: readonly SqlToken[], at: number): boolean {
  return tokens[at]?.text === 'with' && isSymbol(tokens[at + 1], '(');
}

/** `EXTRACT(century FROM x)`. */
function isUnitOfExtract(tokens: readonly SqlToken[], at: number): boolean {
  return tokens[at - 2]?.text === 'extract' && tokens[at + 1]?.text === 'from';
}

/** `column gin_trgm_ops`, `lower(x) text_pattern_ops DESC`. */
function isOperatorClass(before: SqlToken | undefined, after: SqlToken | undefined): boolean {
  if (before === undefined) return false;
  const followsOperand =
    before.kind === 'quoted' ||
    isSymbol(before, ')') ||
    (before.kind === 'word' && !keywords.has(before.text));
  const endsElement =
    after === undefined ||
    isSymbol(after, ',') ||
    isSymbol(after, ')') ||
    isSymbol(after, '(') ||
    ['asc', 'desc', 'nulls', 'with'].includes(after.text);
  return followsOperand && endsElement;
}

function isSymbol(token: SqlToken | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}
