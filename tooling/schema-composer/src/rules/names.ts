import { foreignKeyName } from '../build-manifest.ts';
import type { Report } from '../diagnostic.ts';
import type { EnumNode, ModelNode, SchemaNode } from '../schema-node.ts';
import type { Span } from '../source-file.ts';
import { attributeNamed, type Block } from '../syntax.ts';
import type { RuleInput } from './check-rules.ts';

interface DatabaseName {
  /** Names of one space must differ. */
  readonly space: string;
  readonly name: string;
  readonly what: string;
  readonly at: Span;
  /** The name in the fragment, on whose line Prisma would tell the fault. */
  readonly declared?: Span;
}

/** Models, enums, types and views share one space of names. */
export function uniqueNames({ owned, report }: RuleInput): void {
  const first = new Map<string, Block>();
  for (const { block } of owned) {
    if (block.kind === 'datasource' || block.kind === 'generator') continue;
    const other = first.get(block.name);
    if (other === undefined) {
      first.set(block.name, block);
      continue;
    }
    report({
      code: 'DUPLICATE_NAME',
      message: `The name ${block.name} is taken.`,
      at: block.nameSpan,
      related: [{ message: `the ${other.kind} ${other.name} stands at`, at: other.nameSpan }],
      fix: 'Rename one of the two.',
    });
  }
}

/** Two tables, indexes, constraints or types of the database may not have one name. */
export function uniqueDatabaseNames({ schema, report }: RuleInput): void {
  const first = new Map<string, DatabaseName>();
  for (const each of databaseNames(schema)) {
    const key = `${each.space}\u0000${each.name}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, each);
    else {
      report({
        code: 'DUPLICATE_DATABASE_NAME',
        message: `The ${each.what} "${each.name}" has the name of ${other.what === each.what ? 'another' : 'the'} ${other.what}.`,
        at: each.at,
        related: [{ message: `the ${other.what} stands at`, at: other.at }],
        fix: 'Name one of the two otherwise, with @@map, @map or map:.',
        covers: each.declared === undefined ? [] : [each.declared],
      });
    }
  }
}

/** PostgreSQL cuts names after 63 bytes, and a cut name no longer agrees with the schema. */
export function shortDatabaseNames({ schema, report }: RuleInput): void {
  for (const each of databaseNames(schema)) {
    if (each.space === 'type' && each.what === 'table') continue;
    checkLength(each, report);
  }
}

function checkLength({ name, what, at }: DatabaseName, report: Report): void {
  const bytes = Buffer.byteLength(name);
  if (bytes < 63) return;
  report({
    code: 'NAME_TOO_LONG',
    message: `The name of the ${what} "${name}" has ${String(bytes)} bytes; 62 are the most.`,
    at,
    fix: 'Give it a shorter name, with @@map, @map or map:.',
  });
}

const namesOf = new WeakMap<SchemaNode, readonly DatabaseName[]>();

function databaseNames(schema: SchemaNode): readonly DatabaseName[] {
  let names = namesOf.get(schema);
  if (names === undefined) {
    names = [
      ...[...schema.modelOf.values()].flatMap(namesOfModel),
      ...[...schema.enumOf.values()].flatMap(namesOfEnum),
    ];
    namesOf.set(schema, names);
  }
  return names;
}

function namesOfEnum({ block, databaseName, values }: EnumNode): DatabaseName[] {
  const space = `value of ${block.name}`;
  const at = mappedSpan(block);
  return [
    { space: 'type', name: databaseName, what: 'enum', at, declared: block.nameSpan },
    ...values.map((value) => ({
      space,
      name: value.databaseName,
      what: 'value',
      at: value.member.nameSpan,
    })),
  ];
}

function namesOfModel(model: ModelNode): DatabaseName[] {
  const { annotations, block, fields, keys, relations, table } = model;
  const at = mappedSpan(block);
  const columns = `column of ${block.name}`;
  const constraints = `constraint of ${block.name}`;
  const names: DatabaseName[] = [
    { space: 'class', name: table, what: 'table', at, declared: block.nameSpan },
    { space: 'type', name: table, what: 'table', at, declared: block.nameSpan },
  ];
  for (const { column, member } of fields) {
    names.push({ space: columns, name: column, what: 'column', at: member.nameSpan });
  }
  for (const { kind, name, at: span } of keys) {
    names.push({ space: 'class', name, what: kind === 'id' ? 'key' : 'index', at: span });
  }
  for (const relation of relations) {
    if (relation.fields.length === 0) continue;
    const name = foreignKeyName(relation, model);
    const span = relation.attribute?.span ?? relation.member.nameSpan;
    names.push({ space: constraints, name, what: 'foreign key', at: span });
  }
  for (const { checks } of [annotations, ...fields.map((each) => each.annotations)]) {
    for (const { name, annotation } of checks) {
      names.push({ space: constraints, name, what: 'check', at: annotation.span });
    }
  }
  for (const { name, annotation } of [...annotations.excludes, ...annotations.sqlIndexes]) {
    names.push({ space: 'class', name, what: 'index', at: annotation.span });
  }
  return names;
}

function mappedSpan(block: Block): Span {
  return attributeNamed(block.attributes, 'map')?.span ?? block.nameSpan;
}
