import type { Report } from './diagnostic.ts';
import type { InverseNode, ModelNode, RelationNode } from './schema-node.ts';
import type { Span } from './source-file.ts';

/** The fields that `@inverse` adds, by receiving model, in the order of their owners. */
export function resolveInverses(
  models: readonly ModelNode[],
  modelOf: ReadonlyMap<string, ModelNode>,
  report: Report,
): Map<string, InverseNode[]> {
  const inverses = new Map<string, InverseNode[]>();
  const taken = new Map<string, Span>();
  for (const { block } of modelOf.values()) {
    for (const member of block.members) taken.set(`${block.name}.${member.name}`, member.nameSpan);
  }
  for (const owner of modelOf.values()) {
    for (const relation of owner.relations) {
      const { inverse } = relation.annotations;
      const target = modelOf.get(relation.target);
      if (inverse === null || target === undefined) continue;
      if (relation.fields.length === 0) {
        report({
          code: 'INVERSE_WITHOUT_KEY',
          message: '@inverse stands on the side that holds the foreign key.',
          at: inverse.at,
          fix: 'Move it to the field with @relation(fields: [...]).',
          covers: [relation.member.nameSpan],
        });
        continue;
      }
      const key = `${target.block.name}.${inverse.name}`;
      const other = taken.get(key) ?? oppositeOf(relation, owner, target)?.member.nameSpan;
      if (other !== undefined) {
        report({
          code: 'INVERSE_CLASH',
          message: `${key} cannot be added: the field or the other side exists already.`,
          at: inverse.at,
          related: [{ message: 'it stands at', at: other }],
          fix: 'Give this inverse another name, or leave one of the two out.',
          covers: [relation.member.nameSpan],
        });
        continue;
      }
      taken.set(key, inverse.at);
      const list = inverses.get(target.block.name) ?? [];
      const single = isUniqueKey(owner, relation.fields);
      list.push({ name: inverse.name, owner, relation, single, at: inverse.at });
      inverses.set(target.block.name, list);
    }
  }
  return inverses;
}

/** The relation at the other end: the added field, or the one written by hand. */
export function oppositeOf(
  relation: RelationNode,
  owner: ModelNode,
  target: ModelNode,
): RelationNode | undefined {
  return target.relations.find(
    (other) =>
      other !== relation &&
      other.target === owner.block.name &&
      other.relationName === relation.relationName &&
      other.fields.length > 0 !== relation.fields.length > 0,
  );
}

/** Whether at most one row can hold each value of these fields. */
function isUniqueKey(model: ModelNode, fields: readonly string[]): boolean {
  return model.keys.some(
    (key) =>
      key.kind !== 'index' &&
      key.where === null &&
      key.fields.length === fields.length &&
      key.fields.every((field) => fields.includes(field)),
  );
}
