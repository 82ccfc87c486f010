import type { Attribute } from './syntax.ts';

const defaults: Readonly<Record<string, string>> = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Boolean: 'boolean',
  DateTime: 'timestamp(3)',
  Json: 'jsonb',
  Float: 'double precision',
  Decimal: 'numeric(65,30)',
  Bytes: 'bytea',
};

const native: Readonly<Record<string, string>> = {
  BigInt: 'bigint',
  Bit: 'bit',
  Boolean: 'boolean',
  ByteA: 'bytea',
  Char: 'char',
  Citext: 'citext',
  Date: 'date',
  Decimal: 'numeric',
  DoublePrecision: 'double precision',
  Inet: 'inet',
  Integer: 'integer',
  Json: 'json',
  JsonB: 'jsonb',
  Money: 'money',
  Oid: 'oid',
  Real: 'real',
  SmallInt: 'smallint',
  Text: 'text',
  Time: 'time',
  Timestamp: 'timestamp',
  Timestamptz: 'timestamptz',
  Timetz: 'timetz',
  Uuid: 'uuid',
  VarBit: 'varbit',
  VarChar: 'varchar',
  Xml: 'xml',
};

/** Prisma's scalar types. */
export const scalarTypes: ReadonlySet<string> = new Set(Object.keys(defaults));

/** PostgreSQL's name for the type of a scalar field, without the brackets of a list. */
export function scalarDatabaseType(type: string, attributes: readonly Attribute[]): string {
  const unsupported = /^Unsupported\("(.*)"\)$/s.exec(type)?.[1];
  if (unsupported !== undefined) return unsupported;
  const attribute = attributes.find(({ name }) => name.startsWith('db.'));
  const base = attribute === undefined ? undefined : native[attribute.name.slice('db.'.length)];
  if (attribute === undefined || base === undefined) return defaults[type] ?? type;
  const args = attribute.arguments.map(({ value }) => value.replace(/\s+/g, ''));
  return args.length === 0 ? base : `${base}(${args.join(',')})`;
}
