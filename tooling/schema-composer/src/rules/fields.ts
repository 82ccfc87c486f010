import { scalarDatabaseType } from '../database-type.ts';
import type { FieldNode, SchemaNode } from '../schema-node.ts';
import { suggest } from '../suggest.ts';
import { argumentOf, attributeNamed } from '../syntax.ts';
import type { RuleInput } from './check-rules.ts';

/** Every column has a classification, its own or its model's. */
export function fieldsAreClassified({ schema, config, report }: RuleInput): void {
  const words = Object.keys(config.classifications).map((word) => `@${word}`);
  for (const { block, fields } of schema.models) {
    for (const { member, classification } of fields) {
      if (classification !== null) continue;
      report({
        code: 'UNCLASSIFIED_FIELD',
        message: `${block.name}.${member.name} has no classification.`,
        at: member.nameSpan,
        fix: `Write one of ${words.join(', ')} above the field or above the model.`,
      });
    }
  }
}

/** Every model says what it is. */
export function modelsAreDocumented({ schema, report }: RuleInput): void {
  for (const { annotations, block } of schema.models) {
    if (annotations.doc !== '') continue;
    report({
      code: 'DOC_MISSING',
      message: `The ${block.kind} ${block.name} has no documentation.`,
      at: block.nameSpan,
      fix: 'Write a line with /// above it that says what one row is.',
    });
  }
}

/** A soft reference leads to a field that exists and has the same type. */
export function softReferencesLead({ schema, isWhole, report }: RuleInput): void {
  for (const model of schema.models) {
    for (const field of model.fields) {
      const { softref } = field.annotations;
      if (softref === null) continue;
      const fail = (message: string, near?: string): void =>
        report({
          code: 'SOFTREF',
          message,
          at: softref.at,
          ...(near === undefined ? {} : { fix: `Did you mean ${near}?` }),
        });
      if ('via' in softref) {
        const via = model.fieldOf.get(softref.via);
        if (via === undefined) {
          fail(
            `${model.block.name} has no field ${softref.via}.`,
            suggest(softref.via, model.fieldOf.keys()),
          );
        } else if (via.member.list || (via.kind !== 'enum' && via.member.type !== 'String')) {
          fail(`${softref.via} must be a text or an enum that names a model.`);
        }
        continue;
      }
      const target = schema.modelOf.get(softref.model);
      if (target === undefined) {
        // It may stand in a fragment that could not be read.
        if (!isWhole) continue;
        fail(`No model is named ${softref.model}.`, suggest(softref.model, schema.modelOf.keys()));
        continue;
      }
      const referred = target.fieldOf.get(softref.field);
      if (referred === undefined) {
        fail(
          `${softref.model} has no field ${softref.field}.`,
          suggest(softref.field, target.fieldOf.keys()),
        );
        continue;
      }
      const [own, other] = [baseType(field, schema), baseType(referred, schema)];
      if (own !== other || referred.member.list) {
        fail(
          `${model.block.name}.${field.member.name} is ${own}, ${softref.model}.${softref.field} is ${other}${referred.member.list ? '[]' : ''}.`,
        );
      }
    }
  }
}

/** Ciphertext is text or bytes; its keyed hash has a text field of its own. */
export function encryptionFits({ schema, report }: RuleInput): void {
  for (const model of schema.models) {
    for (const { annotations, member, kind } of model.fields) {
      const { encrypted, blindIndex } = annotations;
      const isText = kind === 'scalar' && (member.type === 'String' || member.type === 'Bytes');
      if (encrypted !== null && !isText) {
        report({
          code: 'ENCRYPTED_TYPE',
          message: `An encrypted field is String or Bytes, ${member.name} is ${member.type}.`,
          at: encrypted,
        });
      }
      if (blindIndex === null) continue;
      const fail = (message: string, fix?: string): void =>
        report({
          code: 'BLIND_INDEX',
          message,
          at: blindIndex.at,
          ...(fix === undefined ? {} : { fix }),
        });
      const hash = model.fieldOf.get(blindIndex.field);
      if (encrypted === null) {
        fail(`${member.name} is not encrypted.`, 'Write /// @encrypted above it as well.');
      }
      if (hash === undefined) {
        const near = suggest(blindIndex.field, model.fieldOf.keys());
        fail(
          `${model.block.name} has no field ${blindIndex.field}.`,
          near === undefined ? undefined : `Did you mean ${near}?`,
        );
      } else if (hash.member.type !== 'String' || hash.member === member) {
        fail(`${blindIndex.field} must be another field, String or String[].`);
      } else if (hash.annotations.encrypted !== null) {
        fail(`${blindIndex.field} is encrypted itself, and could not be searched.`);
      }
    }
  }
}

/** A reason to read a field stands only where reading it needs one. */
export function readsAreWithheld({ schema, config, report }: RuleInput): void {
  for (const { member, annotations, classification } of schema.models.flatMap((it) => it.fields)) {
    const { appReads } = annotations;
    if (appReads === null) continue;
    if (config.classifications[classification ?? '']?.withheld === true) continue;
    report({
      code: 'NEEDLESS_READ',
      message: `The application reads ${member.name} without being told to.`,
      at: appReads.at,
      fix: 'Leave @appReads out, or classify the field with a word that is withheld.',
    });
  }
}

/** Prisma leaves a generated column alone only where its default is `dbgenerated()`. */
export function generatedColumnsAreDeclared({ schema, report }: RuleInput): void {
  for (const { member, annotations } of schema.models.flatMap(({ fields }) => fields)) {
    if (annotations.generated === null) continue;
    const value = argumentOf(attributeNamed(member.attributes, 'default'), 'value', 0)?.value;
    if (value?.replace(/\s/g, '') === 'dbgenerated()') continue;
    report({
      code: 'GENERATED_DEFAULT',
      message: `${member.name} is generated, but has no @default(dbgenerated()).`,
      at: member.nameSpan,
      fix: 'Add @default(dbgenerated()), without an expression.',
    });
  }
}

/** PostgreSQL wants the partition column in the primary key and in every unique key. */
export function partitionColumnsAreInKeys({ schema, report }: RuleInput): void {
  for (const { annotations, block, fieldOf, keys } of schema.models) {
    const { partitionBy } = annotations;
    if (partitionBy === null) continue;
    const { field, at } = partitionBy;
    const fail = (message: string): void => report({ code: 'PARTITION_KEY', message, at });
    if (!fieldOf.has(field)) {
      fail(`${block.name} has no field ${field}.`);
      continue;
    }
    for (const key of keys) {
      if (key.kind === 'index' || key.fields.includes(field)) continue;
      report({
        code: 'PARTITION_KEY',
        message: `${field} must be in the ${key.kind === 'id' ? 'primary' : 'unique'} key.`,
        at: key.at,
        related: [{ message: 'the table is partitioned at', at }],
      });
    }
  }
}

/** Database type without lengths: what two columns must share to be compared. */
function baseType(field: FieldNode, schema: SchemaNode): string {
  const { type, attributes } = field.member;
  if (field.kind === 'enum') return schema.enumOf.get(type)?.databaseName ?? type;
  return scalarDatabaseType(type, attributes).replace(/\(.*\)$/, '');
}
