import type { Report } from './diagnostic.ts';
import type { SourceFile } from './source-file.ts';
import type { Argument, Attribute } from './syntax.ts';

const attributeName = /@@?([A-Za-z][\w.]*)?/y;
/** Characters that open, close and part nothing. */
const plain = /[^"/()[\],\n]*/y;
const argumentName = /^([A-Za-z]\w*)[ \t]*:\s*/;

/** Reads the attribute that starts at `at`, with its arguments as source text. */
export function scanAttribute(file: SourceFile, at: number, report: Report): Attribute {
  const { text } = file;
  attributeName.lastIndex = at;
  const match = attributeName.exec(text);
  const name = match?.[1] ?? '';
  let end = at + (match?.[0].length ?? 1);
  const open = skipBlanks(text, end);
  if (text[open] !== '(') return { name, arguments: [], span: { file, start: at, end } };
  const found: Argument[] = [];
  const closers: string[] = [];
  let argumentStart = open + 1;
  end = open;
  while (end < text.length) {
    const char = text[end];
    if (char === '"') {
      end = skipString(text, end);
      continue;
    }
    if (char === '/' && text[end + 1] === '/') {
      end = lineEnd(text, end);
      continue;
    }
    if (char === '(') closers.push(')');
    else if (char === '[') closers.push(']');
    else if (char === ')' || char === ']') {
      if (closers.pop() !== char) break;
      if (closers.length === 0) {
        pushArgument(found, file, argumentStart, end);
        return { name, arguments: found, span: { file, start: at, end: end + 1 } };
      }
    } else if (char === ',' && closers.length === 1) {
      pushArgument(found, file, argumentStart, end);
      argumentStart = end + 1;
    } else if (
      char === '\n' &&
      /^\s*(@@|\}|[A-Za-z]\w*[ \t]+[A-Za-z])/.test(text.slice(end, end + 80))
    ) {
      break;
    }
    end++;
    plain.lastIndex = end;
    end += plain.exec(text)?.[0].length ?? 0;
  }
  report({
    code: 'SYNTAX',
    message: `The brackets of @${name} do not close.`,
    at: { file, start: at, end: lineEnd(text, at) },
  });
  return { name, arguments: found, span: { file, start: at, end: lineEnd(text, at) } };
}

/** Offset after the string literal that starts at `at`; a string never crosses a line. */
function skipString(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === '"') return end + 1;
    else if (text[end] === '\n') return end;
  }
  return text.length;
}

function pushArgument(found: Argument[], file: SourceFile, from: number, to: number): void {
  let start = from;
  let end = to;
  while (start < end && /\s/.test(file.text[start] ?? '')) start++;
  while (end > start && /\s/.test(file.text[end - 1] ?? '')) end--;
  if (start === end) return;
  const source = file.text.slice(start, end);
  const named = argumentName.exec(source);
  const value = named === null ? source : source.slice(named[0].length);
  found.push({ name: named?.[1] ?? null, value, span: { file, start: end - value.length, end } });
}

function skipBlanks(text: string, at: number): number {
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline;
}
