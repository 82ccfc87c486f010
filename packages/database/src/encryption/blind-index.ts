import { createHmac, type Hmac } from 'node:crypto';

/** Letters of a name's beginning that can be searched for. */
const PREFIX_LETTERS = 3;

/** What a blind index is made for: each has its own hashes, so that equal values do not show. */
export interface IndexedColumn {
  readonly table: string;
  /** The column that holds the hashes. */
  readonly column: string;
}

/**
 * Hash of a whole value for equality search: HMAC-SHA-256 over the normalised value, base64url.
 * Letters' case, spaces, and hyphens do not count: `12-34 a` and `1234A` are one number.
 */
export function blindValue(key: Uint8Array, column: IndexedColumn, value: string): string {
  return hash(key, column, 'value', normaliseIdentifier(value));
}

/** Hashes of each part of a name and of its first three letters, each once, in no telling order. */
export function blindName(key: Uint8Array, column: IndexedColumn, name: string): string[] {
  const parts = nameParts(name);
  const hashes = parts.flatMap((part) => [
    hash(key, column, 'part', part),
    ...prefixOf(part).map((prefix) => hash(key, column, 'prefix', prefix)),
  ]);
  return [...new Set(hashes)].sort();
}

/** Hashes a row must hold all of to match every part of a name. */
export function blindNameParts(key: Uint8Array, column: IndexedColumn, name: string): string[] {
  return [...new Set(nameParts(name).map((part) => hash(key, column, 'part', part)))];
}

/**
 * The hash a row holds where a part of its name begins with the first three letters of this one; a
 * shorter part is matched whole.
 */
export function blindNamePart(key: Uint8Array, column: IndexedColumn, text: string): string {
  const [part = ''] = nameParts(text);
  const [prefix] = prefixOf(part);
  return prefix === undefined
    ? hash(key, column, 'part', part)
    : hash(key, column, 'prefix', prefix);
}

/** Hash of a token that its maker normalised: a phonetic code, a search's parameters. */
export function blindToken(key: Uint8Array, column: IndexedColumn, token: string): string {
  return hash(key, column, 'token', token);
}

/** Begins the hash of a content that does not fit in memory: tells doubles, and needs the key to test a guess. */
export function beginContentHash(key: Uint8Array, column: IndexedColumn): Hmac {
  return createHmac('sha256', key).update(labelOf(column, 'content'));
}

/** The parts of a name: compatibility forms, marks and case folded, split at what is no letter or digit. */
export function nameParts(name: string): string[] {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/['’ʼ`´]/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '');
}

function normaliseIdentifier(value: string): string {
  return value
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}]/gu, '');
}

function prefixOf(part: string): string[] {
  const letters = [...part];
  return letters.length < PREFIX_LETTERS ? [] : [letters.slice(0, PREFIX_LETTERS).join('')];
}

function hash(key: Uint8Array, column: IndexedColumn, form: string, value: string) {
  return createHmac('sha256', key)
    .update(labelOf(column, form))
    .update(value, 'utf8')
    .digest('base64url');
}

function labelOf({ table, column }: IndexedColumn, form: string): string {
  return [table, column, form].map((part) => `${part.length}:${part}`).join('');
}
