import type { Span } from './source-file.ts';

/** One line of `///` documentation, without its slashes and the first space. */
export interface DocLine {
  readonly text: string;
  /** Of the text, slashes left out. */
  readonly span: Span;
}

/** `name: value` or `value` inside an attribute's parentheses. */
export interface Argument {
  readonly name: string | null;
  /** Source text of the value. */
  readonly value: string;
  readonly span: Span;
}

/** `@id`, `@db.Uuid`, `@relation(...)`, `@@index([...])`. */
export interface Attribute {
  /** Without the at signs. */
  readonly name: string;
  readonly arguments: readonly Argument[];
  readonly span: Span;
}

/** A field of a model or a value of an enum. */
export interface Member {
  readonly name: string;
  readonly nameSpan: Span;
  /** Empty for values of enums. */
  readonly type: string;
  readonly typeSpan: Span;
  readonly list: boolean;
  readonly optional: boolean;
  readonly docs: readonly DocLine[];
  readonly attributes: readonly Attribute[];
}

export type BlockKind = 'model' | 'enum' | 'type' | 'view' | 'datasource' | 'generator';

/** A top-level block with everything written above it since the block before. */
export interface Block {
  readonly kind: BlockKind;
  readonly name: string;
  readonly nameSpan: Span;
  /** From the first comment above it to the end of its last line. */
  readonly span: Span;
  /** Offset of the closing brace. */
  readonly close: number;
  readonly docs: readonly DocLine[];
  readonly members: readonly Member[];
  /** `@@` attributes. */
  readonly attributes: readonly Attribute[];
}

/** The attribute of that name, if the list holds one. */
export function attributeNamed(
  attributes: readonly Attribute[],
  name: string,
): Attribute | undefined {
  return attributes.find((attribute) => attribute.name === name);
}

/** The value of a named argument, or of the unnamed one at `position`. */
export function argumentOf(
  attribute: Attribute | undefined,
  name: string,
  position?: number,
): Argument | undefined {
  if (attribute === undefined) return undefined;
  const named = attribute.arguments.find((argument) => argument.name === name);
  if (named !== undefined || position === undefined) return named;
  return attribute.arguments.filter((argument) => argument.name === null)[position];
}

/** Text of a string literal, or undefined where the value is none. */
export function stringValue(argument: Argument | undefined): string | undefined {
  if (argument === undefined || !/^".*"$/s.test(argument.value)) return undefined;
  try {
    const value: unknown = JSON.parse(argument.value);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return argument.value.slice(1, -1);
  }
}

/** Names in a list like `[a, b(sort: Desc)]`, each without its options. */
export function listedNames(argument: Argument | undefined): string[] {
  if (argument === undefined) return [];
  const inner = argument.value.replace(/^\[/, '').replace(/\]$/, '');
  if (!/[("]/.test(inner))
    return inner
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);
  const names: string[] = [];
  let depth = 0;
  let quoted = false;
  let current = '';
  for (let at = 0; at <= inner.length; at++) {
    const char = inner[at] ?? ',';
    if (quoted) {
      if (char === '\\') at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) {
      if (current.trim() !== '') names.push(current.trim());
      current = '';
    } else if (depth === 0) current += char;
  }
  return names;
}
