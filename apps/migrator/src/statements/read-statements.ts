import type { Node, ParseResult } from '@pgsql/types';
import { scriptUnparsable } from '../errors.ts';
import { findComments, type FoundComment } from './find-comments.ts';

type KeysOf<Union> = Union extends unknown ? keyof Union : never;
type ValueOf<Union, Key> = Union extends unknown
  ? Key extends keyof Union
    ? Union[Key]
    : never
  : never;

/** The name of a kind of node in PostgreSQL's grammar: `IndexStmt`, `AlterTableStmt`. */
export type NodeKind = KeysOf<Node>;

/** The syntax tree of one kind of node. */
export type TreeOf<Kind extends NodeKind> = ValueOf<Node, Kind>;

/** A comment of a script, with its marks. */
export interface Comment {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** One statement of a script, with its place. */
export interface Statement {
  readonly kind: NodeKind;
  readonly node: Node;
  /** As written, from its first word on, without the semicolon. */
  readonly text: string;
  /** Line of its first word, from 1. */
  readonly line: number;
  /** Column of its first word in characters, from 1. */
  readonly column: number;
  /** Comments between the statement before and the end of this one. */
  readonly comments: readonly Comment[];
}

/**
 * Reads the statements of a script with the grammar of PostgreSQL 18.
 *
 * @throws CodedError `MIGRATOR.SCRIPT_UNPARSABLE`, with line and column and nothing of the text
 */
export async function readStatements(script: string): Promise<Statement[]> {
  const placeOf = placesOf(script);
  const { stmts = [] } = await parseScript(script, placeOf);
  const charAt = charactersOf(script);
  const comments = findComments(script);
  let before = 0;
  return stmts.flatMap(({ stmt, stmt_location: from = 0, stmt_len: length }) => {
    if (stmt === undefined) return [];
    const begin = charAt(from);
    const end = length === undefined ? script.length : charAt(from + length);
    const own = comments.filter(({ start }) => start >= before && start < end);
    before = end;
    const first = firstWord(script, begin, own);
    return {
      kind: Object.keys(stmt)[0] as NodeKind,
      node: stmt,
      text: script.slice(first, end).trimEnd(),
      ...placeOf(first),
      comments: own.map(({ start, text }) => ({ text, line: placeOf(start).line })),
    };
  });
}

/** The tree of a node, where it is of this kind. */
export function treeOf<Kind extends NodeKind>(
  node: Node | undefined,
  kind: Kind,
): TreeOf<Kind> | undefined {
  return node === undefined ? undefined : (node as Record<Kind, TreeOf<Kind>>)[kind];
}

async function parseScript(script: string, placeOf: PlaceOf): Promise<ParseResult> {
  const { hasSqlDetails, parse } = await import('libpg-query');
  // The parser calls an empty text an error.
  if (script === '') return {};
  try {
    return await parse(script);
  } catch (error) {
    if (!hasSqlDetails(error)) throw error;
    // Its position counts characters from 0.
    const at = [...script].slice(0, error.sqlDetails?.cursorPosition ?? 0).join('').length;
    throw scriptUnparsable(placeOf(at));
  }
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Tells the place of an index of a script. */
type PlaceOf = (index: number) => Place;

function placesOf(script: string): PlaceOf {
  const starts = [0, ...[...script.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (index) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= index) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: [...script.slice(starts[low], index)].length + 1 };
  };
}

/** Tells the index that a byte of the script's UTF-8 has; asked for in ascending order. */
function charactersOf(script: string): (byte: number) => number {
  const bytes = Buffer.from(script, 'utf8');
  let [byte, character] = [0, 0];
  return (next) => {
    character += bytes.toString('utf8', byte, next).length;
    byte = next;
    return character;
  };
}

/** The first index that is neither white space nor inside a comment. */
function firstWord(script: string, begin: number, comments: readonly FoundComment[]): number {
  let at = begin;
  for (;;) {
    while (/\s/.test(script.charAt(at))) at += 1;
    const comment = comments.find(({ start }) => start === at);
    if (comment === undefined) return at;
    at = comment.end;
  }
}
