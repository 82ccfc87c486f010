import type { Block } from './syntax.ts';
import type { InverseNode } from './schema-node.ts';
import { lineOf, type SourceFile, type Span } from './source-file.ts';

/** The composed text, and for each stretch of it the source it came from. */
export interface Splice {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

interface Piece {
  /** Offset in the composed text. */
  readonly from: number;
  readonly length: number;
  readonly source: Span;
  /** Copied character by character; otherwise the whole piece stands for `source`. */
  readonly copied: boolean;
}

const header =
  '// Composed by schema-composer from the fragments named below. Edit those, never this file.\n';

/** Copies base and blocks into one text, each block with the inverses it receives. */
export function spliceSchema(
  base: SourceFile,
  blocks: readonly Block[],
  inverses: ReadonlyMap<string, readonly InverseNode[]>,
): Splice {
  const parts: string[] = [];
  const pieces: Piece[] = [];
  let length = 0;
  const write = (text: string, source?: Span, copied = false): void => {
    if (source !== undefined) pieces.push({ from: length, length: text.length, source, copied });
    parts.push(text);
    length += text.length;
  };
  const copy = (file: SourceFile, start: number, end: number): void => {
    write(file.text.slice(start, end), { file, start, end }, true);
  };
  write(`${header}\n`);
  copy(base, 0, base.text.trimEnd().length);
  write('\n');
  const received = new Set<string>();
  for (const { name, kind, span, nameSpan, close } of blocks) {
    const { file } = span;
    write(`\n// ${file.path}:${String(lineOf(file, nameSpan.start))}\n`);
    const added = kind === 'model' && !received.has(name) ? (inverses.get(name) ?? []) : [];
    received.add(name);
    const cut = insertionPoint(file.text, close);
    const newline = file.text[cut - 1] === '\n' && file.text[cut - 2] === '\r' ? '\r\n' : '\n';
    copy(file, span.start, cut);
    if (added.length > 0 && file.text[cut - 1] !== '\n') write(newline);
    for (const inverse of added) write(`${inverseLine(inverse)}${newline}`, inverse.at);
    copy(file, cut, span.end);
    write('\n');
  }
  return { text: parts.join(''), pieces };
}

/** Leads a stretch of the composed text back to its source. */
export function sourceOf({ pieces }: Splice, start: number, end: number): Span | null {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.from ?? 0) <= start) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low];
  if (piece === undefined) return null;
  if (!piece.copied) return piece.source;
  const { file } = piece.source;
  const at = (offset: number): number =>
    Math.max(
      piece.source.start,
      Math.min(piece.source.start + offset - piece.from, piece.source.end),
    );
  return { file, start: at(start), end: at(end) };
}

/** Start of the line of the closing brace, or the brace itself where it shares its line. */
function insertionPoint(text: string, close: number): number {
  let at = close;
  while (text[at - 1] === ' ' || text[at - 1] === '\t') at--;
  return text[at - 1] === '\n' ? at : close;
}

function inverseLine({ name, owner, relation, single }: InverseNode): string {
  const type = `${owner.block.name}${single ? '?' : '[]'}`;
  const { relationName } = relation;
  return `  ${name} ${type}${relationName === null ? '' : ` @relation(${JSON.stringify(relationName)})`}`;
}
