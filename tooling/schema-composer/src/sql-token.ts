/** A token of an SQL expression; strings, numbers and comments carry nothing that a rule reads. */
export interface SqlToken {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol';
  /** Words folded to small letters as PostgreSQL does, quoted names without their quotes. */
  readonly text: string;
  readonly at: number;
  readonly length: number;
}

const space = String.raw`(\s+|--[^\n]*|/\*[\s\S]*?\*/)`;
const string = String.raw`([eE]'(?:[^'\\]|''|\\.)*'|(?:[bBxX]|[uU]&)?'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\3\$)`;
const quoted = String.raw`("(?:[^"]|"")+")`;
const number = String.raw`(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)`;
const word = String.raw`([A-Za-z_\x80-\uffff][\w$\x80-\uffff]*)`;
const pattern = new RegExp(`${space}|${string}|${quoted}|${number}|${word}|::|[^]`, 'y');

/** Splits SQL into tokens as PostgreSQL's lexer would; an unclosed quote becomes a symbol. */
export function tokenizeSql(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(sql); match !== null; match = pattern.exec(sql)) {
    const [text, isSpace, isString, , isQuoted, isNumber, isWord] = match;
    if (isSpace !== undefined) continue;
    const at = match.index;
    const length = text.length;
    if (isWord !== undefined) tokens.push({ kind: 'word', text: text.toLowerCase(), at, length });
    else if (isString !== undefined) tokens.push({ kind: 'string', text, at, length });
    else if (isNumber !== undefined) tokens.push({ kind: 'number', text, at, length });
    else if (isQuoted !== undefined) {
      tokens.push({ kind: 'quoted', text: text.slice(1, -1).replaceAll('""', '"'), at, length });
    } else tokens.push({ kind: 'symbol', text, at, length });
  }
  return tokens;
}

/** What makes SQL unfit to stand inside a statement: another statement, an open bracket or quote. */
export function sqlFault(tokens: readonly SqlToken[]): { message: string; token: SqlToken } | null {
  const open: SqlToken[] = [];
  for (const token of tokens) {
    if (token.kind !== 'symbol') continue;
    if (token.text === '(' || token.text === '[') open.push(token);
    else if (token.text === ')' || token.text === ']') {
      const opener = open.pop();
      if (opener?.text !== (token.text === ')' ? '(' : '[')) {
        return { message: `This ${token.text} closes nothing.`, token };
      }
    } else if (token.text === ';')
      return { message: 'A semicolon would end the statement.', token };
    else if (token.text === "'" || token.text === '"') {
      return { message: 'This quote is not closed.', token };
    }
  }
  const last = open.at(-1);
  return last === undefined ? null : { message: `This ${last.text} is not closed.`, token: last };
}
