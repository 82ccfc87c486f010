import type { FieldNode, KeyNode } from './schema-node.ts';
import {
  argumentOf,
  attributeNamed,
  listedNames,
  stringValue,
  type Attribute,
  type Block,
} from './syntax.ts';

const suffixes = { id: 'pkey', unique: 'key', index: 'idx' } as const;

/** Ids, unique constraints and indexes of a model, under the names Prisma gives them. */
export function foldKeys(
  block: Block,
  table: string,
  fields: readonly FieldNode[],
  fieldOf: ReadonlyMap<string, FieldNode>,
): KeyNode[] {
  const keys: KeyNode[] = [];
  const add = (kind: KeyNode['kind'], attribute: Attribute, names: readonly string[]): void => {
    const columns = names.map((name) => fieldOf.get(name)?.column ?? name);
    const middle = kind === 'id' ? '' : `_${columns.join('_')}`;
    keys.push({
      kind,
      name: stringValue(argumentOf(attribute, 'map')) ?? `${table}${middle}_${suffixes[kind]}`,
      fields: names,
      columns,
      type: argumentOf(attribute, 'type')?.value ?? null,
      clientName: stringValue(argumentOf(attribute, 'name')) ?? null,
      order: orderOf(attribute),
      where: whereOf(attribute),
      at: attribute.span,
    });
  };
  for (const { member } of fields) {
    const id = attributeNamed(member.attributes, 'id');
    const unique = attributeNamed(member.attributes, 'unique');
    if (id !== undefined) add('id', id, [member.name]);
    if (unique !== undefined) add('unique', unique, [member.name]);
  }
  for (const attribute of block.attributes) {
    const { name } = attribute;
    if (name === 'id' || name === 'unique' || name === 'index') {
      add(name, attribute, listedNames(argumentOf(attribute, 'fields', 0)));
    }
  }
  return keys;
}

/** `[a,b(sort:Desc)]`, without spaces; on a field, its own `sort` and `ops`. */
function orderOf(attribute: Attribute): string | null {
  const listed = argumentOf(attribute, 'fields', 0)?.value ?? '';
  const own = ['sort', 'ops'].flatMap((name) => argumentOf(attribute, name)?.value ?? []);
  const order = [...(listed.includes('(') ? [listed] : []), ...own].join(' ').replace(/\s+/g, '');
  return order === '' ? null : order;
}

/** SQL inside `where: raw("...")`; other forms as they are written. */
function whereOf(attribute: Attribute): string | null {
  const where = argumentOf(attribute, 'where');
  if (where === undefined) return null;
  const raw = /^raw\(\s*(".*")\s*\)$/s.exec(where.value)?.[1];
  return raw === undefined ? where.value : (stringValue({ ...where, value: raw }) ?? where.value);
}
