import type { Hmac } from 'node:crypto';
import { ciphertextRefused } from '../errors.ts';
import {
  beginContentHash,
  blindName,
  blindNameParts,
  blindNamePart,
  blindToken,
  blindValue,
} from './blind-index.ts';
import { encryptedModels, type EncryptedField, type EncryptedModel } from './encrypted-fields.ts';
import type { KeyRing, LoadedKeys } from './key-ring.ts';
import { openBytes, openText, sealBytes, sealText, type VersionedKey } from './seal.ts';
import { withKeys, type Keys } from './with-keys.ts';

/** A row by its columns. */
export type ColumnRow = Readonly<Record<string, unknown>>;

/**
 * Encrypts, decrypts and hashes fields by model and name: the client extension works with it, and
 * so do stores that read through SQL functions. Values never appear in its errors.
 */
export interface FieldCodec {
  /**
   * Reads the keys, and makes them in a database that has none.
   *
   * @throws CodedError `DATABASE.ENCRYPTION_KEY_WRONG`, `DATABASE.ENCRYPTION_KEY_MISSING`
   */
  ready(): Promise<void>;
  /** Decrypts what is encrypted of a row that is named by its columns and carries its id. */
  openRow<Row extends ColumnRow>(model: string, row: Row): Promise<Row>;
  /** The same for many rows, at one asking for the keys. */
  openRows<Row extends ColumnRow>(model: string, rows: readonly Row[]): Promise<Row[]>;
  /** What a row's index holds for a value that it equals. */
  value(model: string, field: string, value: string): Promise<string>;
  /**
   * What a row's index holds where a part of the name begins with this one; a part of fewer than
   * three letters is matched whole.
   */
  namePart(model: string, field: string, part: string): Promise<string>;
  /** Hash of a token its maker normalised, for an index that no field declares. */
  token(model: string, indexField: string, token: string): Promise<string>;
  /** Begins the hash that a column holds of a content that streams by. */
  contentHash(model: string, column: string): Promise<Hmac>;
  /** Id of the data key that encrypts now, for rows that name it. */
  dataKeyId(): Promise<string>;
  /** The key that audit rows are hashed with. */
  auditKey(): Promise<VersionedKey>;
}

/** The codec of one key ring; without one, every use of an encrypted field is refused. */
export function createFieldCodec(ring: KeyRing | undefined): FieldCodec {
  return {
    ready: () => withKeys(ring, (keys) => void keys()),
    openRow: (model, row) => withKeys(ring, (keys) => openColumns(keys, model, row)),
    openRows: (model, rows) =>
      withKeys(ring, (keys) => rows.map((row) => openColumns(keys, model, row))),
    async value(modelName, fieldName, value) {
      const { model, field } = find(modelName, fieldName);
      return await withKeys(ring, (keys) =>
        blindValue(keys().blindIndex, indexOf(model, field), value),
      );
    },
    async namePart(modelName, fieldName, part) {
      const { model, field } = find(modelName, fieldName);
      return await withKeys(ring, (keys) =>
        blindNamePart(keys().blindIndex, indexOf(model, field), part),
      );
    },
    async token(modelName, indexField, token) {
      const table = encryptedModels().get(modelName)?.table ?? modelName;
      return await withKeys(ring, (keys) =>
        blindToken(keys().blindIndex, { table, column: indexField }, token),
      );
    },
    async contentHash(modelName, column) {
      const table = encryptedModels().get(modelName)?.table ?? modelName;
      return await withKeys(ring, (keys) => beginContentHash(keys().blindIndex, { table, column }));
    },
    dataKeyId: () => withKeys(ring, (keys) => keys().data.id),
    auditKey: () => withKeys(ring, (keys) => keys().auditMac),
  };
}

function find(modelName: string, fieldName: string) {
  const model = encryptedModels().get(modelName);
  const field = model?.encrypted.get(fieldName);
  if (model === undefined || field === undefined) {
    throw new TypeError(`${modelName}.${fieldName} is not an encrypted field.`);
  }
  return { model, field };
}

function openColumns<Row extends ColumnRow>(keys: Keys, modelName: string, row: Row): Row {
  const model = encryptedModels().get(modelName);
  let plain: Record<string, unknown> | undefined;
  for (const field of model?.encrypted.values() ?? []) {
    const ciphertext = row[field.column];
    if (model === undefined || typeof ciphertext !== 'string') continue;
    plain ??= { ...row };
    const place = placeOf(model, field, String(row['id']));
    plain[field.column] = openText(finder(keys()), place, ciphertext);
  }
  return (plain as Row | undefined) ?? row;
}

/** Encrypts a value for a field of a row. */
export function sealValue(
  keys: Pick<LoadedKeys, 'data'>,
  model: EncryptedModel,
  field: EncryptedField,
  row: string,
  value: unknown,
): string | Uint8Array<ArrayBuffer> {
  const place = placeOf(model, field, row);
  if (field.kind === 'text' && typeof value === 'string') return sealText(keys.data, place, value);
  if (field.kind === 'bytes' && value instanceof Uint8Array) {
    return sealBytes(keys.data, place, value);
  }
  throw new TypeError(`${model.name}.${field.name} takes ${field.kind}.`);
}

/** Decrypts a stored value of a field of a row. */
export function openValue(
  keys: Pick<LoadedKeys, 'dataVersions'>,
  model: EncryptedModel,
  field: EncryptedField,
  row: string,
  stored: unknown,
): string | Uint8Array<ArrayBuffer> {
  const place = placeOf(model, field, row);
  if (typeof stored === 'string') return openText(finder(keys), place, stored);
  if (stored instanceof Uint8Array) return openBytes(finder(keys), place, stored);
  throw ciphertextRefused(place, 'It is not a ciphertext of this platform.');
}

/** What a row's index holds for a value. */
export function indexEntry(
  keys: LoadedKeys,
  model: EncryptedModel,
  field: EncryptedField,
  value: string,
): string | string[] {
  const column = indexOf(model, field);
  return field.index?.list === true
    ? blindName(keys.blindIndex, column, value)
    : blindValue(keys.blindIndex, column, value);
}

/** What to look for in an index to find a value; a name matches rows that hold all its parts. */
export function indexTerms(
  keys: LoadedKeys,
  model: EncryptedModel,
  field: EncryptedField,
  value: string,
): string | string[] {
  const column = indexOf(model, field);
  return field.index?.list === true
    ? blindNameParts(keys.blindIndex, column, value)
    : blindValue(keys.blindIndex, column, value);
}

function indexOf(model: EncryptedModel, { index, name }: EncryptedField) {
  if (index === null) throw new TypeError(`${model.name}.${name} has no blind index.`);
  return { table: model.table, column: index.column };
}

function placeOf(model: EncryptedModel, field: EncryptedField, row: string) {
  return { table: model.table, column: field.column, row };
}

function finder({ dataVersions }: Pick<LoadedKeys, 'dataVersions'>) {
  return (version: number) => dataVersions.get(version);
}
