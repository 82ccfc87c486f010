/** One text that the composer read: a fragment, the base, or the configuration. */
export interface SourceFile {
  /** From the workspace's root, with forward slashes. */
  readonly path: string;
  /** Decoded text, without a byte order mark. */
  readonly text: string;
}

/** A stretch of a source file, in UTF-16 offsets. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** Where a diagnostic points: 1-based line and column, with the line itself. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Characters to underline, at least one, never past the line. */
  readonly length: number;
  readonly text: string;
}

const lineStarts = new WeakMap<SourceFile, number[]>();

/** Resolves a span to the line and column of its first character. */
export function placeOf(span: Span): Place {
  const { file } = span;
  const starts = startsOf(file);
  const line = lineAt(starts, span.start);
  const start = starts[line] ?? 0;
  const text = file.text.slice(start, starts[line + 1] ?? file.text.length).replace(/[\r\n]+$/, '');
  const column = Math.min(span.start - start, text.length);
  const length = Math.max(1, Math.min(span.end - span.start, text.length - column));
  return { file: file.path, line: line + 1, column: column + 1, length, text };
}

/** The 1-based line of an offset. */
export function lineOf(file: SourceFile, offset: number): number {
  return lineAt(startsOf(file), offset) + 1;
}

function startsOf(file: SourceFile): number[] {
  let starts = lineStarts.get(file);
  if (starts === undefined) {
    starts = [0];
    for (let at = file.text.indexOf('\n'); at >= 0; at = file.text.indexOf('\n', at + 1)) {
      starts.push(at + 1);
    }
    lineStarts.set(file, starts);
  }
  return starts;
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
