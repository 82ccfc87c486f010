import { manifestModels, type ManifestModel } from '../manifest-models.ts';

/** An `@encrypted` field. */
export interface EncryptedField {
  readonly name: string;
  readonly column: string;
  readonly kind: 'text' | 'bytes';
  /** The field that holds the hashes for equality search. */
  readonly index: { readonly name: string; readonly column: string; readonly list: boolean } | null;
}

/** What encryption must know of a model. */
export interface EncryptedModel {
  readonly name: string;
  readonly table: string;
  /** Name of the field that identifies a row. */
  readonly id: string;
  readonly encrypted: ReadonlyMap<string, EncryptedField>;
  /** Fields that hold hashes, and are written by the client alone. */
  readonly indexes: ReadonlySet<string>;
  /** Relation field → model it leads to. */
  readonly relations: ReadonlyMap<string, string>;
}

let models: ReadonlyMap<string, EncryptedModel> | undefined;

/** What the manifest says of encryption, by model. */
export function encryptedModels(): ReadonlyMap<string, EncryptedModel> {
  models ??= new Map([...manifestModels()].map(([name, model]) => [name, readModel(model)]));
  return models;
}

function readModel({ name, table, primaryKey, fields, relations }: ManifestModel): EncryptedModel {
  const encrypted = fields
    .filter((field) => field.encrypted)
    .map((field): EncryptedField => {
      const index = fields.find((other) => other.name === field.blindIndex);
      return {
        name: field.name,
        column: field.column,
        kind: field.type === 'Bytes' ? 'bytes' : 'text',
        index:
          index === undefined ? null : { name: index.name, column: index.column, list: index.list },
      };
    });
  return {
    name,
    table,
    id: primaryKey.fields[0] ?? 'id',
    encrypted: new Map(encrypted.map((field) => [field.name, field])),
    indexes: new Set(encrypted.flatMap(({ index }) => (index === null ? [] : [index.name]))),
    relations: new Map(relations.map((relation) => [relation.name, relation.model])),
  };
}
