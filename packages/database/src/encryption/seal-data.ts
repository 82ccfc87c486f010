import { v7 as uuidV7 } from 'uuid';
import { encryptedFieldRefused } from '../errors.ts';
import { asList, isRecord, mapEach, mapEntries, type Args } from './arguments.ts';
import { encryptedModels, type EncryptedField, type EncryptedModel } from './encrypted-fields.ts';
import { indexEntry, sealValue } from './field-codec.ts';
import { rewriteWhere } from './rewrite-where.ts';
import type { Keys } from './with-keys.ts';

/** Encrypts written data; counts what it encrypted. */
export interface DataSealer {
  /** The data of a new row, with an id where the caller gave none. */
  create(model: EncryptedModel, data: unknown, id?: unknown): unknown;
  /** The data of an update of the row with this id; undefined where the id is not known. */
  update(model: EncryptedModel, data: unknown, id: unknown): unknown;
  /** The data of an update of many rows, which may hold no encrypted field. */
  updateMany(model: EncryptedModel, data: unknown): unknown;
  /** How many values were encrypted. */
  uses(): number;
}

/** Makes a sealer for one query. */
export function createDataSealer(keys: Keys): DataSealer {
  let uses = 0;

  const create: DataSealer['create'] = (model, data, id) => {
    if (!isRecord(data)) return data;
    if (model.encrypted.size === 0) return relations(model, data);
    const row = text(data[model.id]) ?? text(id) ?? uuidV7();
    return relations(model, { ...scalars(model, data, row), [model.id]: row });
  };

  const update: DataSealer['update'] = (model, data, id) => {
    if (!isRecord(data)) return data;
    const moved = unwrap(data[model.id]);
    if (model.encrypted.size > 0 && moved !== undefined && moved !== id) {
      throw refusedData(model, model.id, 'Its ciphertexts are bound to it.', 'Keep the id.');
    }
    return relations(model, scalars(model, data, text(id)));
  };

  const updateMany: DataSealer['updateMany'] = (model, data) => {
    return isRecord(data) ? scalars(model, data, undefined) : data;
  };

  function scalars(model: EncryptedModel, data: Args, row: string | undefined): Args {
    const sealed: Args = {};
    for (const [name, value] of Object.entries(data)) {
      const field = model.encrypted.get(name);
      if (model.indexes.has(name) && value !== undefined) {
        throw refusedData(model, name, 'It follows from the encrypted field.', 'Leave it out.');
      }
      if (field === undefined || value === undefined) sealed[name] = value;
      else Object.assign(sealed, sealField(model, field, row, unwrap(value)));
    }
    return sealed;
  }

  function sealField(
    model: EncryptedModel,
    field: EncryptedField,
    row: string | undefined,
    value: unknown,
  ): Args {
    const { name, index } = field;
    if (value === null) {
      return { [name]: null, ...(index !== null && { [index.name]: index.list ? [] : null }) };
    }
    if (row === undefined) {
      throw refusedData(
        model,
        name,
        'Its ciphertext is bound to the row, and this write does not name one row by its id.',
        `Write each row by itself: \`update({ where: { ${model.id} } })\`.`,
      );
    }
    uses += 1;
    return {
      [name]: sealValue(keys(), model, field, row, value),
      ...(index !== null &&
        typeof value === 'string' && { [index.name]: indexEntry(keys(), model, field, value) }),
    };
  }

  function relations(model: EncryptedModel, data: Args): Args {
    return mapEntries(data, (name, value) => {
      const target = encryptedModels().get(model.relations.get(name) ?? '');
      return target === undefined || !isRecord(value) ? value : nested(target, value);
    });
  }

  /** The nested writes of one relation. */
  function nested(target: EncryptedModel, writes: Args): Args {
    const where = (one: unknown) => rewriteWhere(keys, target, one);
    return mapEntries(writes, (operation, value) => {
      switch (operation) {
        case 'create':
          return mapEach(value, (data) => create(target, data));
        case 'createMany':
          return onRecord(value, (many) => ({
            ...many,
            data: asList(many['data']).map((data) => create(target, data)),
          }));
        case 'connectOrCreate':
          return mapEach(value, (one) =>
            onRecord(one, (parts) => ({
              ...parts,
              where: where(parts['where']),
              create: create(target, parts['create']),
            })),
          );
        case 'upsert':
          return mapEach(value, (one) => onRecord(one, (parts) => upsert(target, parts)));
        case 'update':
          return mapEach(value, (one) => onRecord(one, (parts) => updateOne(target, parts)));
        case 'updateMany':
          return mapEach(value, (one) =>
            onRecord(one, (parts) => ({
              ...parts,
              where: where(parts['where']),
              data: updateMany(target, parts['data']),
            })),
          );
        default:
          // connect, disconnect, set, delete, deleteMany: filters, or true.
          return mapEach(value, where);
      }
    });
  }

  function upsert(target: EncryptedModel, parts: Args): Args {
    const id = idOf(target, parts['where']);
    return {
      ...parts,
      ...(parts['where'] !== undefined && { where: rewriteWhere(keys, target, parts['where']) }),
      create: create(target, parts['create'], id),
      update: update(target, parts['update'], id),
    };
  }

  /** `{ where, data }`, or the data itself where the relation leads to one row. */
  function updateOne(target: EncryptedModel, parts: Args): Args {
    if (!('data' in parts) || !isRecord(parts['data'])) {
      return update(target, parts, undefined) as Args;
    }
    return {
      ...parts,
      ...(parts['where'] !== undefined && { where: rewriteWhere(keys, target, parts['where']) }),
      data: update(target, parts['data'], idOf(target, parts['where'])),
    };
  }

  return { create, update, updateMany, uses: () => uses };
}

/** The id a unique filter names. */
export function idOf(model: EncryptedModel, where: unknown): string | undefined {
  return isRecord(where) ? text(where[model.id]) : undefined;
}

function onRecord(value: unknown, map: (record: Args) => Args): unknown {
  return isRecord(value) ? map(value) : value;
}

function unwrap(value: unknown): unknown {
  return isRecord(value) && 'set' in value ? value['set'] : value;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function refusedData(model: EncryptedModel, field: string, why: string, fix: string) {
  return encryptedFieldRefused(`${model.name}.${field}`, why, fix);
}
