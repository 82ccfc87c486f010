import type { Node, TypeName } from '@pgsql/types';
import { keyOf, type Catalog, type Column, type Domain } from './catalog.ts';
import { wordsOf } from './script-context.ts';

/** A type with its length or precision, as the catalog has it. */
export type ColumnType = Pick<Column, 'type' | 'modifier'>;

/** How a type's arguments become `atttypmod`. */
const HEADER = 4;

/** Reads a type as written; `null` where its arguments are not plain numbers. */
export function readType(catalog: Catalog, typeName: TypeName | undefined): ColumnType {
  const words = (typeName?.names ?? []).flatMap(wordsOf);
  const base = nameOfType(catalog, words);
  const isArray = (typeName?.arrayBounds ?? []).length > 0;
  const args = (typeName?.typmods ?? []).map(numberOf);
  return { type: isArray ? `_${base}` : base, modifier: modifierOf(base, args) };
}

/** The domain that a type is, where it is one. */
export function domainOf(catalog: Catalog, { type }: ColumnType): Domain | undefined {
  return catalog.domains.get(type);
}

/**
 * Tells whether each value of one type is, as it lies on the disk, a value of another: then a column
 * changes its type without being written anew. What is not known is told to differ.
 */
export function isSameOnDisk(catalog: Catalog, from: ColumnType, to: ColumnType): boolean {
  const domain = domainOf(catalog, to);
  if (domain !== undefined) {
    if (from.type === to.type) return true;
    return !domain.isConstrained && isSameOnDisk(catalog, from, { ...domain, type: domain.base });
  }
  const origin = domainOf(catalog, from);
  if (origin !== undefined) {
    return isSameOnDisk(catalog, { type: origin.base, modifier: origin.modifier }, to);
  }
  if (from.type === to.type) return from.modifier === to.modifier || isWider(from, to);
  return CASTS_WITHOUT_WORK.has(`${from.type} ${to.type}`) && to.modifier === -1;
}

/** Binary-coercible, or the same to a session whose time zone is UTC, as the migrator's is. */
const CASTS_WITHOUT_WORK = new Set([
  'varchar text',
  'text varchar',
  'cidr inet',
  'xml text',
  'xml varchar',
  'timestamp timestamptz',
  'timestamptz timestamp',
]);

/** Tells whether a length or precision only grows; the same type. */
function isWider(from: ColumnType, to: ColumnType): boolean {
  switch (to.type) {
    case 'varchar':
    case 'varbit':
      return to.modifier === -1 || (from.modifier !== -1 && to.modifier >= from.modifier);
    case 'timestamp':
    case 'timestamptz':
    case 'time':
    case 'timetz':
      return (
        to.modifier === -1 ||
        to.modifier >= 6 ||
        (from.modifier !== -1 && to.modifier >= from.modifier)
      );
    case 'numeric':
      return (
        to.modifier === -1 || (from.modifier !== -1 && isWiderNumeric(from.modifier, to.modifier))
      );
    default:
      return false;
  }
}

function isWiderNumeric(from: number, to: number): boolean {
  const scale = (modifier: number) => (modifier - HEADER) & 0x7ff;
  const precision = (modifier: number) => (modifier - HEADER) >> 16;
  return scale(from) === scale(to) && precision(to) >= precision(from);
}

function nameOfType(catalog: Catalog, words: readonly string[]): string {
  const name = words.at(-1) ?? '';
  const schema = words.at(-2);
  if (schema === 'pg_catalog') return name;
  if (schema !== undefined) return keyOf(schema, name);
  const found = catalog.searchPath
    .map((place) => keyOf(place, name))
    .find((key) => catalog.domains.has(key) || isUsed(catalog, key));
  return found ?? (BUILT_IN.has(name) ? name : keyOf(catalog.searchPath[0] ?? 'public', name));
}

/** Written without their schema, and not words of the grammar. */
const BUILT_IN = new Set(
  'text uuid date json jsonb bytea inet cidr macaddr xml money name oid point box tsvector tsquery int2 int4 int8 float4 float8 bool numeric timestamptz timestamp time timetz int4range int8range numrange tsrange tstzrange daterange'.split(
    ' ',
  ),
);

function isUsed(catalog: Catalog, key: string): boolean {
  for (const { columns } of catalog.relations) {
    for (const { type } of columns.values()) if (type === key) return true;
  }
  return false;
}

function numberOf(node: Node): number | null {
  return 'A_Const' in node && node.A_Const.ival !== undefined
    ? (node.A_Const.ival.ival ?? 0)
    : null;
}

function modifierOf(base: string, args: readonly (number | null)[]): number {
  const [first, second = 0] = args;
  if (first === undefined || first === null || second === null)
    return base === 'bpchar' ? HEADER + 1 : -1;
  if (base === 'varchar' || base === 'bpchar') return first + HEADER;
  if (base === 'numeric') return ((first << 16) | (second & 0x7ff)) + HEADER;
  return first;
}
