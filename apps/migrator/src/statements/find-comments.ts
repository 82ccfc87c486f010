/** A comment of a script, with its marks; places count UTF-16 units from 0. */
export interface FoundComment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

// Anything in which the marks of a comment mean nothing, or the mark itself.
const MARKS =
  /[eE]'(?:[^'\\]|''|\\[^])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*|\$([A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$[^]*?\$\1\$|--[^\n\r]*|\/\*/gy;

/**
 * Finds the comments of a script as PostgreSQL's lexer does: those in block form nest. (The scanner of
 * `libpg-query` is not used: it fails on control characters and is slow on long scripts.)
 */
export function findComments(script: string): FoundComment[] {
  const comments: FoundComment[] = [];
  const marks = new RegExp(MARKS);
  for (let at = 0; at < script.length;) {
    marks.lastIndex = at;
    const [text] = marks.exec(script) ?? [];
    if (text === undefined) at += 1;
    else if (text === '/*') {
      const end = endOfBlock(script, at);
      comments.push({ start: at, end, text: script.slice(at, end) });
      at = end;
    } else {
      if (text.startsWith('--')) comments.push({ start: at, end: at + text.length, text });
      at += text.length;
    }
  }
  return comments;
}

function endOfBlock(script: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(script); mark !== null; mark = marks.exec(script)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return script.length;
}
