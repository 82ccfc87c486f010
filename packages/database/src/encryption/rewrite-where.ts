import { encryptedFieldRefused } from '../errors.ts';
import { encryptedModels, type EncryptedField, type EncryptedModel } from './encrypted-fields.ts';
import { indexTerms } from './field-codec.ts';
import { asList, isRecord, mapEntries, type Args } from './arguments.ts';
import type { Keys } from './with-keys.ts';

const LOGICAL = new Set(['AND', 'OR', 'NOT']);
const RELATIONAL = new Set(['some', 'every', 'none', 'is', 'isNot']);

/**
 * Turns equality on encrypted fields into equality on their blind indexes, at any depth.
 *
 * @throws CodedError `DATABASE.ENCRYPTED_FIELD_REFUSED` for what ciphertext cannot answer
 */
export function rewriteWhere(keys: Keys, model: EncryptedModel, where: unknown): unknown {
  if (!isRecord(where)) return where;
  const conditions: Args[] = [];
  const rest: Args = {};
  for (const [name, value] of Object.entries(where)) {
    const field = model.encrypted.get(name);
    const target = encryptedModels().get(model.relations.get(name) ?? '');
    if (field !== undefined) {
      if (value !== undefined) conditions.push(condition(keys, model, field, value));
    } else if (LOGICAL.has(name)) {
      rest[name] = Array.isArray(value)
        ? value.map((part) => rewriteWhere(keys, model, part))
        : rewriteWhere(keys, model, value);
    } else {
      rest[name] = target === undefined ? value : rewriteRelation(keys, target, value);
    }
  }
  if (conditions.length === 0) return rest;
  return { ...rest, AND: [...asList(rest['AND']), ...conditions] };
}

function rewriteRelation(keys: Keys, target: EncryptedModel, filter: unknown): unknown {
  if (!isRecord(filter)) return filter;
  const isFilter = Object.keys(filter).some((key) => RELATIONAL.has(key));
  if (!isFilter) return rewriteWhere(keys, target, filter);
  return mapEntries(filter, (_key, where) => rewriteWhere(keys, target, where));
}

function condition(
  keys: Keys,
  model: EncryptedModel,
  field: EncryptedField,
  filter: unknown,
): Args {
  if (filter === null || typeof filter === 'string') return equals(keys, model, field, filter);
  if (!isRecord(filter)) throw refused(model, field, 'a value of this type');
  const parts = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([operator, value]): Args => {
      switch (operator) {
        case 'equals':
          return equals(keys, model, field, value);
        case 'in':
          return anyOf(keys, model, field, value);
        case 'notIn':
          return not(field, anyOf(keys, model, field, value));
        case 'not':
          return value === null
            ? { [field.name]: { not: null } }
            : not(field, condition(keys, model, field, value));
        default:
          throw refused(model, field, operator);
      }
    });
  return { AND: parts };
}

function equals(keys: Keys, model: EncryptedModel, field: EncryptedField, value: unknown): Args {
  if (value === null) return { [field.name]: null };
  if (typeof value !== 'string') throw refused(model, field, 'a value of this type');
  if (field.index === null) throw refused(model, field, 'equality, since it has no blind index');
  const terms = indexTerms(keys(), model, field, value);
  if (typeof terms === 'string') return { [field.index.name]: terms };
  // `hasEvery` of nothing is true of every row; no row holds an empty hash.
  return { [field.index.name]: { hasEvery: terms.length === 0 ? [''] : terms } };
}

function anyOf(keys: Keys, model: EncryptedModel, field: EncryptedField, values: unknown): Args {
  const matches = asList(values).map((one) => equals(keys, model, field, one));
  // Prisma reads an empty OR inside an AND as true.
  return matches.length === 0 ? { [model.id]: { in: [] } } : { OR: matches };
}

/** As in SQL, a row without a value is not unequal either. */
function not(field: EncryptedField, matched: Args): Args {
  return { NOT: matched, [field.name]: { not: null } };
}

function refused(model: EncryptedModel, field: EncryptedField, what: string) {
  return encryptedFieldRefused(
    `${model.name}.${field.name}`,
    `It is ciphertext, which knows no ${what}.`,
    field.index === null
      ? 'Search by another field, or test it for null only.'
      : 'Search it by `equals`, `in`, `not` or `notIn`.',
  );
}
