import { readFileSync } from 'node:fs';

/** Where the table stands that tells who may do what. */
const MATRIX_FILE = new URL('../../../../docs/access-matrix.md', import.meta.url);

/** One table of the document: routes by callers. */
export interface MatrixTable {
  readonly callers: readonly string[];
  /** By `METHOD /path`: `yes` or the status of the refusal, in the order of the callers. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

/** Reads the tables of the document, with one row for each list where a row stands for all of them. */
export function readMatrix(lists: readonly string[]): MatrixTable[] {
  const text = readFileSync(MATRIX_FILE, 'utf8');
  return [...text.matchAll(/(?:^\|.*\n)+/gm)]
    .map(([block]) => block.trimEnd().split('\n').map(cellsOf))
    .filter(([head]) => head?.[0] === 'Route')
    .map(([head = [], , ...lines]) => ({
      callers: head.slice(1),
      rows: new Map(
        lines.flatMap(([route = '', ...cells]) =>
          namesOf(route, lists).map((name) => [name, cells] as const),
        ),
      ),
    }));
}

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim().replaceAll('`', ''));

const namesOf = (route: string, lists: readonly string[]) =>
  route.includes('{list}') ? lists.map((list) => route.replace('{list}', list)) : [route];
