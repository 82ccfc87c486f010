import { scalarTypes } from './database-type.ts';
import { resolveInverses } from './resolve-inverses.ts';
import { foldKeys } from './resolve-keys.ts';
import type { Report } from './diagnostic.ts';
import { readAnnotations } from './read-annotations.ts';
import type { EnumNode, FieldNode, ModelNode, RelationNode, SchemaNode } from './schema-node.ts';
import {
  argumentOf,
  attributeNamed,
  listedNames,
  stringValue,
  type Attribute,
  type Block,
  type Member,
} from './syntax.ts';
import type { WorkspaceConfig } from './workspace-config.ts';
import type { DomainPackage } from './workspace.ts';

/** A block with the domain that owns it. */
export interface OwnedBlock {
  readonly block: Block;
  readonly domain: DomainPackage;
}

/** Gives names and types of all domains' blocks their meaning; of two of one name the first counts. */
export function resolveSchema(
  owned: readonly OwnedBlock[],
  domains: readonly DomainPackage[],
  config: WorkspaceConfig,
  report: Report,
): SchemaNode {
  const modelNames = new Set<string>();
  const enumNames = new Set<string>();
  for (const { block } of owned) {
    if (block.kind === 'enum') enumNames.add(block.name);
    if (block.kind === 'model' || block.kind === 'view') modelNames.add(block.name);
  }
  const models: ModelNode[] = [];
  const enums: EnumNode[] = [];
  for (const each of owned) {
    if (each.block.kind === 'enum') enums.push(resolveEnum(each, config, report));
    if (each.block.kind === 'model' || each.block.kind === 'view') {
      models.push(resolveModel(each, modelNames, enumNames, config, report));
    }
  }
  const modelOf = firstByName(models);
  return {
    domains,
    models,
    enums,
    modelOf,
    enumOf: firstByName(enums),
    inverses: resolveInverses(models, modelOf, report),
  };
}

function resolveModel(
  { block, domain }: OwnedBlock,
  modelNames: ReadonlySet<string>,
  enumNames: ReadonlySet<string>,
  config: WorkspaceConfig,
  report: Report,
): ModelNode {
  const annotations = readAnnotations(block.docs, 'model', config, report);
  const fields: FieldNode[] = [];
  const relations: RelationNode[] = [];
  for (const member of block.members) {
    if (modelNames.has(member.type)) {
      relations.push(resolveRelation(member, config, report));
      continue;
    }
    const isLost = attributeNamed(member.attributes, 'relation') !== undefined;
    const own = readAnnotations(member.docs, isLost ? 'relation' : 'scalar', config, report);
    const kind = enumNames.has(member.type)
      ? 'enum'
      : member.type.startsWith('Unsupported(')
        ? 'unsupported'
        : 'scalar';
    // A type that nobody knows is Prisma's to report.
    if (kind === 'scalar' && !scalarTypes.has(member.type)) continue;
    fields.push({
      member,
      annotations: own,
      column: mappedName(member.attributes, member.name),
      kind,
      classification: own.classification?.word ?? annotations.classification?.word ?? null,
    });
  }
  const fieldOf = new Map(fields.map((field) => [field.member.name, field]));
  const table = mappedName(block.attributes, block.name);
  const keys = foldKeys(block, table, fields, fieldOf);
  return { block, domain, annotations, table, fields, relations, keys, fieldOf };
}

function resolveRelation(member: Member, config: WorkspaceConfig, report: Report): RelationNode {
  const attribute = attributeNamed(member.attributes, 'relation');
  return {
    member,
    annotations: readAnnotations(member.docs, 'relation', config, report),
    target: member.type,
    attribute,
    relationName: stringValue(argumentOf(attribute, 'name', 0)) ?? null,
    fields: listedNames(argumentOf(attribute, 'fields')),
    references: listedNames(argumentOf(attribute, 'references')),
    onDelete: argumentOf(attribute, 'onDelete')?.value ?? null,
    onUpdate: argumentOf(attribute, 'onUpdate')?.value ?? null,
    map: stringValue(argumentOf(attribute, 'map')) ?? null,
  };
}

function resolveEnum(
  { block, domain }: OwnedBlock,
  config: WorkspaceConfig,
  report: Report,
): EnumNode {
  return {
    block,
    domain,
    annotations: readAnnotations(block.docs, 'enum', config, report),
    databaseName: mappedName(block.attributes, block.name),
    values: block.members.map((member) => ({
      member,
      annotations: readAnnotations(member.docs, 'value', config, report),
      databaseName: mappedName(member.attributes, member.name),
    })),
  };
}

/** The name in `@map`/`@@map`, else the Prisma name. */
function mappedName(attributes: readonly Attribute[], name: string): string {
  return stringValue(argumentOf(attributeNamed(attributes, 'map'), 'name', 0)) ?? name;
}

function firstByName<T extends { readonly block: Block }>(nodes: readonly T[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const node of nodes) if (!found.has(node.block.name)) found.set(node.block.name, node);
  return found;
}
