import { oppositeOf } from '../resolve-inverses.ts';
import type { ModelNode, RelationNode } from '../schema-node.ts';
import type { Span } from '../source-file.ts';
import { tokenizeSql } from '../sql-token.ts';
import { suggest } from '../suggest.ts';
import { namedModelSpan } from '../workspace-config.ts';
import type { RuleInput } from './check-rules.ts';

/** Each relation has its other side: written by `@inverse`, or by hand inside one domain. */
export function relationsHaveInverses({ schema, report, isWhole }: RuleInput): void {
  for (const { model, relation, target } of owningSides(schema.models, schema.modelOf)) {
    if (relation.annotations.inverse !== null || !isWhole) continue;
    const isForeign = target.domain !== model.domain;
    if (!isForeign && oppositeOf(relation, model, target) !== undefined) continue;
    report({
      code: 'INVERSE_MISSING',
      message: `The relation to ${target.block.name} names no inverse.`,
      at: relation.member.nameSpan,
      fix: `Write /// @inverse above it, with the name of the field that ${target.block.name} gets.`,
    });
  }
}

/** Several relations between two models, and each of a model to itself, are told apart by names. */
export function relationsAreNamed({ schema, report }: RuleInput): void {
  const groups = new Map<string, { at: Span; inverse: Span | undefined; isSelf: boolean }[]>();
  for (const { model, relation, target } of owningSides(schema.models, schema.modelOf)) {
    const pair = [model.block.name, target.block.name].sort().join(' ');
    const key = `${pair} ${relation.relationName ?? ''}`;
    const isSelf = model === target && relation.relationName === null;
    const at = relation.member.nameSpan;
    const inverse = relation.annotations.inverse?.at;
    groups.set(key, [...(groups.get(key) ?? []), { at, inverse, isSelf }]);
  }
  for (const group of groups.values()) {
    if (group.length === 1 && group[0]?.isSelf !== true) continue;
    for (const each of group) {
      const others = group.filter((other) => other !== each).map(({ at }) => at);
      report({
        code: 'RELATION_NAME_MISSING',
        message:
          others.length === 0
            ? 'A relation of a model to itself needs a name.'
            : 'Several relations between two models need names that differ.',
        at: each.at,
        related: others.map((at) => ({ message: 'another is', at })),
        covers: each.inverse === undefined ? [] : [each.inverse],
        fix: 'Write @relation("Name", fields: ...).',
      });
    }
  }
}

/** Join models are written out, so that they have a name, an owner and a classification. */
export function joinModelsAreWritten({ schema, report }: RuleInput): void {
  const told = new Set<RelationNode>();
  for (const model of schema.modelOf.values()) {
    for (const relation of model.relations) {
      const target = schema.modelOf.get(relation.target);
      if (!isBareList(relation) || target === undefined || told.has(relation)) continue;
      if (oppositeOf(relation, model, target) !== undefined) continue;
      const isSelf = target === model;
      const other = target.relations.find(
        (each) =>
          each !== relation &&
          isBareList(each) &&
          each.target === model.block.name &&
          each.relationName === relation.relationName,
      );
      if (other === undefined && !isSelf) continue;
      if (other !== undefined) told.add(other);
      report({
        code: 'IMPLICIT_MANY_TO_MANY',
        message: `${model.block.name} and ${target.block.name} are joined without a join model.`,
        at: relation.member.nameSpan,
        related: other === undefined ? [] : [{ message: 'and', at: other.member.nameSpan }],
        fix: 'Write the join model with its two foreign keys.',
      });
    }
  }
}

/** What a deletion or a changed key does is written out, never left to Prisma's defaults. */
export function referentialActionsAreWritten({ schema, report }: RuleInput): void {
  for (const { relation } of owningSides(schema.models, schema.modelOf)) {
    const missing = [
      relation.onDelete === null ? 'onDelete' : '',
      relation.onUpdate === null ? 'onUpdate' : '',
    ].filter((each) => each !== '');
    if (missing.length === 0) continue;
    report({
      code: 'REFERENTIAL_ACTION_MISSING',
      message: `The relation does not write out ${missing.join(' and ')}.`,
      at: relation.attribute?.span ?? relation.member.nameSpan,
      fix: `Add ${missing.map((each) => `${each}: Restrict`).join(', ')}, or what is meant.`,
    });
  }
}

/** No deletion of another row deletes rows of a protected model. */
export function protectedModelsAreNotCascadedInto({ schema, config, report }: RuleInput): void {
  const words = new Set(config.noCascadeInto.classifications);
  const names = new Set(config.noCascadeInto.models);
  for (const { model, relation, target } of owningSides(schema.models, schema.modelOf)) {
    if (relation.onDelete !== 'Cascade') continue;
    const { name } = model.block;
    const word =
      model.annotations.classification?.word ??
      model.fields.find((field) => words.has(field.classification ?? ''))?.classification ??
      '';
    if (!names.has(name) && !words.has(word)) continue;
    report({
      code: 'PROTECTED_CASCADE',
      message: `Deleting a ${target.block.name} would delete rows of ${name}, which is protected${names.has(name) ? '' : ` (@${word})`}.`,
      at: relation.attribute?.span ?? relation.member.nameSpan,
      fix: 'Write onDelete: Restrict.',
    });
  }
}

/** A protection that names no model would protect nothing, in silence. */
export function protectedModelsExist({ schema, config, isWhole, report }: RuleInput): void {
  // It may stand in a fragment that could not be read.
  if (!isWhole) return;
  const named = [
    ...config.noCascadeInto.models.map((name) => ['noCascadeInto', name] as const),
    ...config.auditTrail.map((name) => ['auditTrail', name] as const),
  ];
  for (const [key, name] of named) {
    if (schema.modelOf.has(name)) continue;
    const near = suggest(name, schema.modelOf.keys());
    report({
      code: 'PROTECTED_MODEL_UNKNOWN',
      message: `"${key}" protects ${name}, and no model is named so.`,
      at: namedModelSpan(config, key, name),
      fix: near === undefined ? 'Leave it out.' : `Did you mean ${near}?`,
    });
  }
}

/** Each foreign key leads an index, so that deletes and joins do not scan the table. */
export function foreignKeysAreIndexed({ schema, report }: RuleInput): void {
  for (const { model, relation } of owningSides(schema.models, schema.modelOf)) {
    const columns = relation.fields.map((name) => model.fieldOf.get(name)?.column ?? name);
    if (leadingColumns(model, columns).some((lead) => columns.every((c) => lead.includes(c)))) {
      continue;
    }
    report({
      code: 'FOREIGN_KEY_WITHOUT_INDEX',
      message: `No index starts with ${columns.join(', ')}.`,
      at: relation.member.nameSpan,
      fix: `Add @@index([${relation.fields.join(', ')}]) to ${model.block.name}.`,
    });
  }
}

/** The first columns, as many as `columns` has, of each index that serves a search for them. */
function leadingColumns(model: ModelNode, columns: readonly string[]): string[][] {
  const keys = model.keys
    .filter(({ type }) => type === null || type === 'BTree' || type === 'Hash')
    .filter(({ where }) => where === null || isNotNullOf(where, columns))
    .map((key) => key.columns.slice(0, columns.length));
  const indexes = model.annotations.sqlIndexes.map(({ sql }) => {
    const match =
      /^(?:UNIQUE\s+)?USING\s+(?:btree|hash)\s*\(([^()]*)\)\s*(?:WHERE\s+(.*))?$/is.exec(sql);
    if (match === null || (match[2] !== undefined && !isNotNullOf(match[2], columns))) return [];
    return (match[1] ?? '')
      .split(',')
      .map((each) => tokenizeSql(each)[0]?.text ?? '')
      .slice(0, columns.length);
  });
  return [...keys, ...indexes];
}

/** A partial index that leaves out only null keys still finds every referring row. */
function isNotNullOf(where: string, columns: readonly string[]): boolean {
  const [first, ...rest] = tokenizeSql(where.replace(/^\((.*)\)$/s, '$1'));
  return (
    columns.includes(first?.text ?? '') && rest.map(({ text }) => text).join(' ') === 'is not null'
  );
}

function isBareList({ fields, member }: RelationNode): boolean {
  return member.list && fields.length === 0;
}

function owningSides(models: readonly ModelNode[], modelOf: ReadonlyMap<string, ModelNode>) {
  return models.flatMap((model) =>
    model.relations.flatMap((relation) => {
      const target = modelOf.get(relation.target);
      return relation.fields.length === 0 || target === undefined
        ? []
        : [{ model, relation, target }];
    }),
  );
}
