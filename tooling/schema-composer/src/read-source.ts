import { readFileSync } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import type { Report } from './diagnostic.ts';
import type { SourceFile } from './source-file.ts';

/** Reads a text of the workspace; a fault in its bytes is reported, and the file left out. */
export function readSource(root: string, path: string, report: Report): SourceFile | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(root, path));
  } catch (cause) {
    report({ code: 'UNREADABLE', message: `Cannot be read${reason(cause)}.`, at: start(path) });
    return null;
  }
  if (!isUtf8(bytes)) {
    const offset = firstInvalidByte(bytes);
    const file = { path, text: bytes.subarray(0, offset).toString() };
    report({
      code: 'ENCODING',
      message: `The byte at offset ${String(offset)} is not UTF-8.`,
      at: { file, start: file.text.length, end: file.text.length },
      fix: 'Save the file as UTF-8.',
    });
    return null;
  }
  const decoded = bytes.toString();
  const text = decoded.startsWith('\uFEFF') ? decoded.slice(1) : decoded;
  const file = { path, text };
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    report({
      code: 'ENCODING',
      message: 'The file holds a NUL byte.',
      at: { file, start: nul, end: nul + 1 },
      fix: 'Remove the byte.',
    });
    return null;
  }
  return file;
}

/** The start of a file of which nothing could be read. */
export function start(path: string) {
  return { file: { path, text: '' }, start: 0, end: 0 };
}

function reason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code === '' ? '' : ` (${code})`;
}

function firstInvalidByte(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const cut = bytes.subarray(0, middle);
    if (isUtf8(cut) || isUtf8(cut.subarray(0, lastLead(cut)))) low = middle;
    else high = middle - 1;
  }
  return lastLead(bytes.subarray(0, low + 1));
}

/** Where the last character starts, complete or not. */
function lastLead(bytes: Buffer): number {
  let at = bytes.length - 1;
  while (at > 0 && bytes.length - at < 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return Math.max(0, at);
}
