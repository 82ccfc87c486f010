import { isCodedError } from '@holovitals/errors';
import { backfillInvalid } from '../errors.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import { findComments } from '../statements/find-comments.ts';
import { readStatements, treeOf } from '../statements/read-statements.ts';
import { keyParameters, type BackfilledTable, type KeyBounds } from './key-range.ts';
import type { TableClaim } from './read-table.ts';

/** Kinds of statements that work on rows, and end no transaction. */
const KINDS = new Set(['UpdateStmt', 'InsertStmt', 'DeleteStmt', 'MergeStmt', 'SelectStmt']);

// A bound, or anything in which its name means nothing.
const BOUNDS =
  /[eE]'(?:[^'\\]|''|\\[^])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*|\$([A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$[^]*?\$\1\$|::|:(from|to)\b/g;

const NAME = /\s*(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))\s*(?:,|$)/uy;

/** One statement of an SQL backfill, its bounds left open. */
export interface SqlStep {
  /** As PostgreSQL takes it, for a table's key. */
  query(
    table: BackfilledTable,
    bounds: KeyBounds,
  ): { readonly text: string; readonly values: string[] };
}

/**
 * Reads the head of an SQL backfill: `-- @table items`, and where wanted `-- @key a, "B"` and
 * `-- @remaining condition`, each in a line of its own.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_INVALID`
 */
export function readHead(file: string, text: string): TableClaim {
  const said = (word: string) => {
    const lines = [...text.matchAll(new RegExp(`^-- @${word}[ \\t]+(.*?)[ \\t]*\\r?$`, 'gm'))];
    if (lines.length > 1) throw backfillInvalid(file, `It has more than one line \`-- @${word}\`.`);
    return lines[0]?.[1];
  };
  const table = said('table');
  if (table === undefined) throw backfillInvalid(file, 'It has no line `-- @table name`.');
  const key = said('key');
  return {
    table,
    key: key === undefined ? null : readNames(file, key),
    remaining: said('remaining') ?? null,
  };
}

/**
 * Reads the statements of an SQL backfill; each names both bounds.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_INVALID`
 */
export async function readSteps(file: string, text: string): Promise<SqlStep[]> {
  const script = withoutComments(withoutByteOrderMark(text));
  // Bounds are no SQL: the parser is given texts of the same length.
  const readable = script.replaceAll(BOUNDS, (word, _tag, bound: string | undefined) =>
    bound === undefined ? word : bound === 'to' ? '$02' : '$0001',
  );
  const statements = await parse(file, readable);
  if (statements.length === 0) throw backfillInvalid(file, 'It holds no statement.');
  let at = 0;
  return statements.map(({ kind, text: parsed, line }) => {
    if (!KINDS.has(kind)) {
      throw backfillInvalid(file, `Its statement at line ${line} is none that works on rows.`);
    }
    const start = readable.indexOf(parsed, at);
    at = start + parsed.length;
    return stepOf(file, script.slice(start, at), line);
  });
}

/**
 * Makes sure that a text is one condition, which does not leave the brackets it is put in.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_INVALID`
 */
export async function checkCondition(file: string, condition: string): Promise<void> {
  const [statement, ...more] = await parse(file, `select is_one(${condition}\n)`);
  const { targetList = [], fromClause } = treeOf(statement?.node, 'SelectStmt') ?? {};
  const value = treeOf(targetList[0], 'ResTarget')?.val;
  const isOne =
    more.length === 0 &&
    targetList.length === 1 &&
    fromClause === undefined &&
    treeOf(value, 'FuncCall')?.args?.length === 1;
  if (!isOne) throw backfillInvalid(file, '`remaining` is not one condition.');
}

function stepOf(file: string, text: string, line: number): SqlStep {
  const parts: (string | { readonly bound: 'from' | 'to' })[] = [];
  let end = 0;
  for (const match of text.matchAll(BOUNDS)) {
    const bound = match[2];
    if (bound === undefined) continue;
    parts.push(text.slice(end, match.index), { bound: bound as 'from' | 'to' });
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  for (const bound of ['from', 'to']) {
    if (!parts.some((part) => typeof part !== 'string' && part.bound === bound)) {
      throw backfillInvalid(file, `Its statement at line ${line} does not name \`:${bound}\`.`);
    }
  }
  return {
    query({ key }, { from, to }) {
      const sql = parts.map((part) => {
        if (typeof part === 'string') return part;
        return `(${keyParameters(key, part.bound === 'from' ? 1 : key.length + 1)})`;
      });
      return { text: sql.join(''), values: [...from, ...to] };
    },
  };
}

function readNames(file: string, text: string): string[] {
  const names: string[] = [];
  const next = new RegExp(NAME);
  while (next.lastIndex < text.length) {
    const [whole, quoted, plain] = next.exec(text) ?? [];
    if (whole === undefined) throw backfillInvalid(file, '`-- @key` is no list of columns.');
    names.push(quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '');
  }
  return names;
}

async function parse(file: string, script: string) {
  try {
    return await readStatements(script);
  } catch (error) {
    if (!isCodedError(error)) throw error;
    throw backfillInvalid(file, error.message);
  }
}

/** The script with blanks for its comments, so that places stay. */
function withoutComments(script: string): string {
  let clear = script;
  for (const { start, end, text } of findComments(script)) {
    clear = clear.slice(0, start) + text.replaceAll(/[^\n\r]/g, ' ') + clear.slice(end);
  }
  return clear;
}
