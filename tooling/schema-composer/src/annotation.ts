import type { Span } from './source-file.ts';
import type { DocLine } from './syntax.ts';

/** One `/// @word rest` with the lines that continue it. */
export interface Annotation {
  readonly word: string;
  /** The at sign and the word. */
  readonly span: Span;
  /** What follows the word, lines joined by one space. */
  readonly text: string;
  /** Where each piece of the text stands in the file. */
  readonly pieces: readonly { readonly from: number; readonly span: Span }[];
}

interface Docs {
  readonly doc: string;
  readonly annotations: readonly Annotation[];
}

/** Splits documentation lines into annotations and prose. */
export function splitDocs(docs: readonly DocLine[]): Docs {
  const annotations: Annotation[] = [];
  const prose: string[] = [];
  let current: Annotation | undefined;
  for (const line of docs) {
    const match = /^\s*@([A-Za-z][\w-]*)[ \t]*/.exec(line.text);
    if (match !== null) {
      const { file, start } = line.span;
      const at = start + line.text.indexOf('@');
      const word = match[1] ?? '';
      current = {
        word,
        span: { file, start: at, end: at + word.length + 1 },
        text: '',
        pieces: [],
      };
      current = withPiece(current, line, match[0].length);
      annotations.push(current);
    } else if (current !== undefined && /^ {3,}\S/.test(line.text)) {
      current = withPiece(current, line, /^\s*/.exec(line.text)?.[0].length ?? 0);
      annotations[annotations.length - 1] = current;
    } else {
      current = undefined;
      prose.push(line.text.replace(/^ /, '').trimEnd());
    }
  }
  return { doc: prose.join('\n').trim(), annotations };
}

/** The span of `length` characters at `offset` of an annotation's text. */
export function spanIn(annotation: Annotation, offset: number, length: number): Span {
  const piece = annotation.pieces.findLast(({ from }) => from <= offset);
  if (piece === undefined) return annotation.span;
  const start = piece.span.start + offset - piece.from;
  return { file: piece.span.file, start, end: start + length };
}

/** The span of the whole text, or of the word where there is none. */
export function textSpan(annotation: Annotation): Span {
  const [first] = annotation.pieces;
  return first === undefined || first.span.start === first.span.end ? annotation.span : first.span;
}

function withPiece(annotation: Annotation, line: DocLine, skip: number): Annotation {
  const text = line.text.slice(skip).trimEnd();
  const start = line.span.start + skip;
  const joined = annotation.text === '' ? '' : `${annotation.text} `;
  const piece = {
    from: joined.length,
    span: { file: line.span.file, start, end: start + text.length },
  };
  return { ...annotation, text: joined + text, pieces: [...annotation.pieces, piece] };
}
