import { createHash } from 'node:crypto';
import { scalarDatabaseType } from './database-type.ts';
import type {
  ManifestEnum,
  ManifestField,
  ManifestModel,
  ManifestRelation,
  SchemaManifest,
  SourcePlace,
} from './manifest.ts';
import type { Annotations, SqlAnnotation } from './read-annotations.ts';
import { oppositeOf } from './resolve-inverses.ts';
import type {
  EnumNode,
  FieldNode,
  InverseNode,
  ModelNode,
  RelationNode,
  SchemaNode,
} from './schema-node.ts';
import { lineOf, type Span } from './source-file.ts';
import { argumentOf, attributeNamed, stringValue, type Attribute } from './syntax.ts';
import type { WorkspaceConfig } from './workspace-config.ts';

/** Tells everything about the domains in `included`, beside the schema with that text. */
export function buildManifest(
  schema: SchemaNode,
  included: ReadonlySet<string>,
  config: WorkspaceConfig,
  text: string,
): SchemaManifest {
  const isIncluded = (node: { readonly domain: { readonly name: string } }): boolean =>
    included.has(node.domain.name);
  return {
    version: 1,
    schemaHash: createHash('sha256').update(text).digest('hex'),
    extensions: config.extensions,
    classifications: config.classifications,
    domains: schema.domains
      .filter(({ name }) => included.has(name))
      .map(({ name, packageName, directory, dependencies, fragments }) => ({
        name,
        packageName,
        directory,
        dependencies,
        fragments: fragments.map(({ path }) => path),
      })),
    models: schema.models
      .filter(isIncluded)
      .map((model) => manifestModel(model, schema, included, config)),
    enums: schema.enums.filter(isIncluded).map(manifestEnum),
  };
}

function manifestModel(
  model: ModelNode,
  schema: SchemaNode,
  included: ReadonlySet<string>,
  config: WorkspaceConfig,
): ManifestModel {
  const { annotations, block, domain, table, keys, fieldOf } = model;
  const { partitionBy } = annotations;
  const isView = block.kind === 'view';
  const fields = model.fields.map((field) => manifestField(field, model, schema));
  const primary = keys.find(({ kind }) => kind === 'id');
  const received = (schema.inverses.get(block.name) ?? []).filter(({ owner }) =>
    included.has(owner.domain.name),
  );
  return {
    name: block.name,
    domain: domain.name,
    table,
    ...(isView && { view: true }),
    ...schemaOf(block.attributes),
    ...ignoring(block.attributes),
    doc: annotations.doc,
    source: sourcePlace(block.nameSpan),
    classification: annotations.classification?.word ?? null,
    rowSecurity:
      !isView && fields.some((field) => config.classifications[field.classification]?.rowSecurity),
    internal: annotations.internal,
    immutable: annotations.immutable,
    ...(config.auditTrail.includes(block.name) && { auditTrail: true as const }),
    retention: annotations.retention,
    deprecated: annotations.deprecated,
    ...renaming(annotations),
    partitionBy:
      partitionBy === null
        ? null
        : {
            method: 'range',
            column: fieldOf.get(partitionBy.field)?.column ?? partitionBy.field,
            partitionSchema: partitionBy.schema,
          },
    primaryKey: {
      name: primary?.name ?? null,
      fields: primary?.fields ?? [],
      columns: primary?.columns ?? [],
    },
    fields,
    relations: [
      ...model.relations.map((relation) => manifestRelation(relation, model, schema)),
      ...received.map(inheritedRelation),
    ],
    indexes: keys.map(({ name, kind, fields: names, columns, type, where, clientName, order }) => ({
      name,
      kind,
      fields: names,
      columns,
      type,
      where,
      ...(clientName !== null && { clientName }),
      ...(order !== null && { order }),
    })),
    checks: [
      ...annotations.checks,
      ...model.fields.flatMap((field) => field.annotations.checks),
      ...model.relations.flatMap((relation) => relation.annotations.checks),
    ].map(sqlConstraint),
    excludes: annotations.excludes.map(sqlConstraint),
    sqlIndexes: annotations.sqlIndexes.map(sqlConstraint),
  };
}

function manifestField(field: FieldNode, model: ModelNode, schema: SchemaNode): ManifestField {
  const { annotations, member, column, kind } = field;
  const { name, type, attributes, list, optional } = member;
  const base =
    kind === 'enum'
      ? (schema.enumOf.get(type)?.databaseName ?? type)
      : scalarDatabaseType(type, attributes);
  return {
    name,
    column,
    type,
    kind,
    databaseType: list ? `${base}[]` : base,
    list,
    optional,
    id: model.keys.some((key) => key.kind === 'id' && key.fields.includes(name)),
    unique: model.keys.some(
      (key) =>
        key.kind !== 'index' &&
        key.where === null &&
        key.fields.length === 1 &&
        key.fields[0] === name,
    ),
    ...ignoring(attributes),
    default: argumentOf(attributeNamed(attributes, 'default'), 'value', 0)?.value ?? null,
    updatedAt: attributeNamed(attributes, 'updatedAt') !== undefined,
    classification: field.classification ?? '',
    encrypted: annotations.encrypted !== null,
    ...(annotations.appReads !== null && { appReads: annotations.appReads.reason }),
    ...(annotations.exportRule !== null && { exportRule: annotations.exportRule }),
    blindIndex: annotations.blindIndex?.field ?? null,
    softref: softrefOf(field),
    generated: annotations.generated?.sql ?? null,
    deprecated: annotations.deprecated,
    ...renaming(annotations),
    doc: annotations.doc,
    source: sourcePlace(member.nameSpan),
  };
}

function softrefOf({ annotations: { softref } }: FieldNode): ManifestField['softref'] {
  if (softref === null) return null;
  return 'via' in softref
    ? { via: softref.via, outlives: softref.outlives }
    : { model: softref.model, field: softref.field, outlives: softref.outlives };
}

function manifestRelation(
  relation: RelationNode,
  model: ModelNode,
  schema: SchemaNode,
): ManifestRelation {
  const { member, fields, references, target, annotations } = relation;
  const columns = fields.map((name) => model.fieldOf.get(name)?.column ?? name);
  const other = schema.modelOf.get(target);
  const opposite = other === undefined ? undefined : oppositeOf(relation, model, other);
  const inverse = annotations.inverse?.name ?? opposite?.member.name ?? null;
  return {
    name: member.name,
    ...renaming(annotations),
    model: target,
    relationName: relation.relationName,
    list: member.list,
    optional: member.optional,
    fields,
    references,
    columns,
    constraint: fields.length === 0 ? null : foreignKeyName(relation, model),
    onDelete: relation.onDelete,
    onUpdate: relation.onUpdate,
    inverse,
    inherited: false,
    ownerDomain: fields.length > 0 ? model.domain.name : (other?.domain.name ?? model.domain.name),
  };
}

function inheritedRelation({ name, owner, relation, single }: InverseNode): ManifestRelation {
  return {
    name,
    model: owner.block.name,
    relationName: relation.relationName,
    list: !single,
    optional: single,
    fields: [],
    references: [],
    columns: [],
    constraint: null,
    onDelete: null,
    onUpdate: null,
    inverse: relation.member.name,
    inherited: true,
    ownerDomain: owner.domain.name,
  };
}

/** The constraint's name as written, else as Prisma makes it. */
export function foreignKeyName(relation: RelationNode, model: ModelNode): string {
  const columns = relation.fields.map((name) => model.fieldOf.get(name)?.column ?? name);
  return relation.map ?? `${model.table}_${columns.join('_')}_fkey`;
}

function manifestEnum({
  annotations,
  block,
  databaseName,
  domain,
  values,
}: EnumNode): ManifestEnum {
  return {
    name: block.name,
    domain: domain.name,
    databaseName,
    ...schemaOf(block.attributes),
    ...renaming(annotations),
    doc: annotations.doc,
    source: sourcePlace(block.nameSpan),
    values: values.map((value) => ({
      name: value.member.name,
      databaseName: value.databaseName,
      deprecated: value.annotations.deprecated,
      ...renaming(value.annotations),
      doc: value.annotations.doc,
    })),
  };
}

function renaming({ renamedFrom }: Annotations): { readonly renamedFrom?: string } {
  return renamedFrom === null ? {} : { renamedFrom };
}

function ignoring(attributes: readonly Attribute[]): { readonly ignored?: true } {
  return attributeNamed(attributes, 'ignore') === undefined ? {} : { ignored: true };
}

function schemaOf(attributes: readonly Attribute[]): { readonly schema?: string } {
  const schema = stringValue(argumentOf(attributeNamed(attributes, 'schema'), 'map', 0));
  return schema === undefined ? {} : { schema };
}

function sqlConstraint({ name, sql, annotation }: SqlAnnotation) {
  return { name, sql, source: sourcePlace(annotation.span) };
}

function sourcePlace({ file, start }: Span): SourcePlace {
  return { file: file.path, line: lineOf(file, start) };
}
