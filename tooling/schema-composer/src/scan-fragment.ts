import type { Report } from './diagnostic.ts';
import { scanAttribute } from './scan-attribute.ts';
import type { SourceFile, Span } from './source-file.ts';
import type { Attribute, Block, BlockKind, DocLine, Member } from './syntax.ts';

const blockHeader = /(model|enum|type|view|datasource|generator)[ \t]+([A-Za-z][\w-]*)[ \t]*\{/y;
const memberHeader =
  /([A-Za-z][\w-]*)(?:[ \t]+(Unsupported\("(?:[^"\\\n]|\\.)*"\)|[A-Za-z]\w*)[ \t]*(\[\])?(\?)?)?/y;

interface Cursor {
  readonly file: SourceFile;
  readonly text: string;
  readonly report: Report;
  at: number;
}

/**
 * Finds the blocks of a fragment with exact spans. It knows Prisma's lexical structure (strings,
 * comments, brackets) and leaves the meaning to Prisma's parser. After a fault it goes on at the
 * next line, so that all faults are told.
 */
export function scanFragment(file: SourceFile, report: Report): Block[] {
  const cursor: Cursor = { file, text: file.text, report, at: 0 };
  const blocks: Block[] = [];
  let docs: DocLine[] = [];
  let segmentStart: number | undefined;
  while (cursor.at < cursor.text.length) {
    const start = cursor.at;
    skipSpaces(cursor);
    if (isLineEnd(cursor)) {
      reportDangling(docs, report);
      docs = [];
      skipLine(cursor);
    } else if (cursor.text.startsWith('//', cursor.at)) {
      segmentStart ??= start;
      takeComment(cursor, docs);
      skipLine(cursor);
    } else {
      blockHeader.lastIndex = cursor.at;
      const match = blockHeader.exec(cursor.text);
      if (match === null) {
        reportDangling(docs, report);
        report({
          code: 'SYNTAX',
          message: 'A fragment holds blocks (model, enum, type, view) and comments only.',
          at: restOfLine(cursor),
        });
        skipLine(cursor);
        segmentStart = undefined;
      } else {
        const block = scanBlock(cursor, match, segmentStart ?? start, docs);
        if (block !== null) blocks.push(block);
        segmentStart = undefined;
      }
      docs = [];
    }
  }
  reportDangling(docs, report);
  return segmentStart === undefined ? blocks : withTrailingComments(blocks, cursor.text.length);
}

function scanBlock(
  cursor: Cursor,
  header: RegExpExecArray,
  segmentStart: number,
  docs: readonly DocLine[],
): Block | null {
  const { file, text, report } = cursor;
  const kind = header[1] as BlockKind;
  const name = header[2] ?? '';
  const nameStart = header.index + header[0].indexOf(name, kind.length);
  const nameSpan: Span = { file, start: nameStart, end: nameStart + name.length };
  const members: Member[] = [];
  const attributes: Attribute[] = [];
  let memberDocs: DocLine[] = [];
  cursor.at = header.index + header[0].length;
  while (cursor.at < text.length) {
    const atLineStart = cursor.at === 0 || text[cursor.at - 1] === '\n';
    if (atLineStart && isHeaderAt(text, cursor.at)) break;
    skipSpaces(cursor);
    if (text[cursor.at] === '}') {
      reportDangling(memberDocs, report);
      const close = cursor.at;
      cursor.at++;
      skipLine(cursor);
      let end = cursor.at;
      while (text[end - 1] === '\n' || text[end - 1] === '\r') end--;
      const span = { file, start: segmentStart, end };
      return { kind, name, nameSpan, span, close, docs, members, attributes };
    }
    if (isLineEnd(cursor)) {
      if (cursor.at > header.index + header[0].length) {
        reportDangling(memberDocs, report);
        memberDocs = [];
      }
      skipLine(cursor);
    } else if (text.startsWith('//', cursor.at)) {
      takeComment(cursor, memberDocs);
      skipLine(cursor);
    } else if (text.startsWith('@@', cursor.at)) {
      reportDangling(memberDocs, report);
      memberDocs = [];
      attributes.push(scanAttribute(file, cursor.at, report));
      cursor.at = attributes.at(-1)?.span.end ?? text.length;
    } else if (kind === 'datasource' || kind === 'generator') {
      skipLine(cursor);
    } else {
      const member = scanMember(cursor, kind, memberDocs);
      if (member !== null) members.push(member);
      memberDocs = [];
    }
  }
  report({
    code: 'UNCLOSED_BLOCK',
    message: `The ${kind} ${name} has no closing brace.`,
    at: { file, start: header.index, end: nameSpan.end },
    fix: 'Close it with } on a line of its own.',
  });
  return null;
}

function scanMember(cursor: Cursor, kind: BlockKind, docs: readonly DocLine[]): Member | null {
  const { file, text, report } = cursor;
  memberHeader.lastIndex = cursor.at;
  const match = memberHeader.exec(text);
  if (match === null || (kind !== 'enum' && match[2] === undefined)) {
    report({
      code: 'SYNTAX',
      message:
        kind === 'enum'
          ? 'This is not a value of an enum.'
          : 'This is not a field or an attribute.',
      at: restOfLine(cursor),
    });
    skipLine(cursor);
    return null;
  }
  const name = match[1] ?? '';
  const type = kind === 'enum' ? '' : (match[2] ?? '');
  const nameSpan: Span = { file, start: match.index, end: match.index + name.length };
  const typeStart = type === '' ? match.index : match.index + match[0].indexOf(type, name.length);
  const typeSpan: Span = { file, start: typeStart, end: typeStart + type.length };
  cursor.at = kind === 'enum' ? nameSpan.end : match.index + match[0].length;
  const attributes: Attribute[] = [];
  const ownDocs = [...docs];
  for (;;) {
    skipSpaces(cursor);
    if (text[cursor.at] === '@') {
      const attribute = scanAttribute(file, cursor.at, report);
      attributes.push(attribute);
      cursor.at = attribute.span.end;
    } else if (isLineEnd(cursor)) {
      skipLine(cursor);
      break;
    } else if (text[cursor.at] === '}') {
      break;
    } else if (text.startsWith('//', cursor.at)) {
      const trailing: DocLine[] = [];
      takeComment(cursor, trailing);
      reportDangling(trailing, report);
      ownDocs.push(...trailing);
      skipLine(cursor);
      break;
    } else {
      report({ code: 'SYNTAX', message: 'Unexpected text.', at: restOfLine(cursor) });
      skipLine(cursor);
      break;
    }
  }
  const list = match[3] !== undefined && kind !== 'enum';
  const optional = match[4] !== undefined && kind !== 'enum';
  return { name, nameSpan, type, typeSpan, list, optional, docs: ownDocs, attributes };
}

function takeComment(cursor: Cursor, docs: DocLine[]): void {
  const { file, text } = cursor;
  const newline = text.indexOf('\n', cursor.at);
  const lineEnd = newline < 0 ? text.length : newline;
  const end = text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd;
  if (text.startsWith('///', cursor.at)) {
    const start = cursor.at + 3;
    docs.push({ text: text.slice(start, end), span: { file, start, end } });
  }
  cursor.at = lineEnd;
}

/** An annotation that stands above nothing would be lost in silence. */
function reportDangling(docs: readonly DocLine[], report: Report): void {
  for (const doc of docs) {
    if (/^\s*@\w/.test(doc.text)) {
      report({
        code: 'DANGLING_ANNOTATION',
        message: 'This annotation belongs to nothing.',
        at: doc.span,
        fix: 'Put it directly above a model, field, enum or value, without an empty line between.',
      });
    }
  }
}

function withTrailingComments(blocks: readonly Block[], end: number): Block[] {
  const last = blocks.at(-1);
  if (last === undefined) return [];
  const text = last.span.file.text;
  while (/\s/.test(text[end - 1] ?? '')) end--;
  return [...blocks.slice(0, -1), { ...last, span: { ...last.span, end } }];
}

function isHeaderAt(text: string, at: number): boolean {
  blockHeader.lastIndex = at;
  return blockHeader.test(text);
}

function skipSpaces(cursor: Cursor): void {
  while (cursor.text[cursor.at] === ' ' || cursor.text[cursor.at] === '\t') cursor.at++;
}

function isLineEnd({ text, at }: Cursor): boolean {
  return at >= text.length || text[at] === '\n' || (text[at] === '\r' && text[at + 1] === '\n');
}

function skipLine(cursor: Cursor): void {
  const newline = cursor.text.indexOf('\n', cursor.at);
  cursor.at = newline < 0 ? cursor.text.length : newline + 1;
}

function restOfLine({ file, text, at }: Cursor): Span {
  const newline = text.indexOf('\n', at);
  return { file, start: at, end: newline < 0 ? text.length : newline };
}
