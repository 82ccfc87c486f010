import { encryptedFieldRefused } from '../errors.ts';
import { isRecord, mapEach, type Args } from './arguments.ts';
import { encryptedModels, type EncryptedModel } from './encrypted-fields.ts';
import { openValue } from './field-codec.ts';
import { rewriteWhere } from './rewrite-where.ts';
import type { Keys } from './with-keys.ts';

/** How to read the rows of one level of a result. */
export interface ReadPlan {
  readonly model: EncryptedModel;
  /** The id was added to open ciphertexts by, and the caller did not ask for it. */
  readonly hidesId: boolean;
  readonly relations: ReadonlyMap<string, ReadPlan>;
}

/** Arguments that select rows, rewritten, and how to read what comes back. */
export interface Selection {
  readonly args: Args;
  readonly plan: ReadPlan;
}

/**
 * Rewrites `where`, checks `orderBy` and its like, and adds the ids that ciphertexts open by, at
 * every level of `select` and `include`.
 *
 * @throws CodedError `DATABASE.ENCRYPTED_FIELD_REFUSED`
 */
export function readSelection(keys: Keys, model: EncryptedModel, args: Args): Selection {
  const relations = new Map<string, ReadPlan>();
  const level: Args = { ...args };
  for (const filter of ['where', 'cursor']) {
    if (level[filter] !== undefined) level[filter] = rewriteWhere(keys, model, level[filter]);
  }
  for (const order of ['orderBy', 'distinct', 'by', 'having', '_min', '_max']) {
    mapEach(level[order], (one) => refuseOrder(model, order, one));
  }
  for (const choice of ['select', 'include']) {
    if (isRecord(level[choice])) {
      level[choice] = readRelations(keys, model, level[choice], relations);
    }
  }
  return { ...showId(model, level), ...{ plan: planOf(model, level, relations) } };
}

function readRelations(
  keys: Keys,
  model: EncryptedModel,
  choice: Args,
  relations: Map<string, ReadPlan>,
): Args {
  const read: Args = {};
  for (const [name, value] of Object.entries(choice)) {
    const target = encryptedModels().get(model.relations.get(name) ?? '');
    if (name === '_count' && isRecord(value) && isRecord(value['select'])) {
      read[name] = { ...value, select: readRelations(keys, model, value['select'], new Map()) };
    } else if (target === undefined || value === undefined || value === false) {
      read[name] = value;
    } else {
      const selection = readSelection(keys, target, isRecord(value) ? value : {});
      relations.set(name, selection.plan);
      read[name] = value === true ? true : selection.args;
    }
  }
  return read;
}

/** True where the caller's choice of fields holds ciphertext and leaves the id out. */
function lacksId(model: EncryptedModel, { select, omit }: Args): boolean {
  if (model.encrypted.size === 0) return false;
  if (isRecord(select)) {
    return select[model.id] !== true && [...model.encrypted.keys()].some((name) => select[name]);
  }
  return isRecord(omit) && omit[model.id] === true;
}

function planOf(
  model: EncryptedModel,
  level: Args,
  relations: ReadonlyMap<string, ReadPlan>,
): ReadPlan {
  return { model, hidesId: lacksId(model, level), relations };
}

function showId(model: EncryptedModel, level: Args): { args: Args } {
  if (!lacksId(model, level)) return { args: level };
  const { select, omit } = level;
  return {
    args: isRecord(select)
      ? { ...level, select: { ...select, [model.id]: true } }
      : { ...level, omit: { ...(omit as Args), [model.id]: false } },
  };
}

function refuseOrder(model: EncryptedModel, argument: string, order: unknown): void {
  const names = typeof order === 'string' ? [order] : isRecord(order) ? Object.keys(order) : [];
  for (const name of names) {
    const target = encryptedModels().get(model.relations.get(name) ?? '');
    if (target !== undefined && isRecord(order)) refuseOrder(target, argument, order[name]);
    if (['AND', 'OR', 'NOT'].includes(name) && isRecord(order)) {
      mapEach(order[name], (one) => refuseOrder(model, argument, one));
    }
    if (!model.encrypted.has(name)) continue;
    throw encryptedFieldRefused(
      `${model.name}.${name}`,
      `It is ciphertext, which \`${argument}\` cannot compare.`,
      'Leave it out, and sort what comes back.',
    );
  }
}

/** Decrypts rows as they came back; leaves the given objects as they are. */
export function openResult(keys: Keys, plan: ReadPlan, result: unknown): unknown {
  if (Array.isArray(result)) return result.map((row) => openResult(keys, plan, row));
  if (!isRecord(result) || (plan.model.encrypted.size === 0 && plan.relations.size === 0)) {
    return result;
  }
  const { model } = plan;
  const opened: Args = { ...result };
  for (const [name, field] of model.encrypted) {
    const stored = opened[name];
    if (stored === null || stored === undefined) continue;
    opened[name] = openValue(keys(), model, field, String(opened[model.id]), stored);
  }
  for (const [name, relation] of plan.relations) {
    if (opened[name] !== undefined) opened[name] = openResult(keys, relation, opened[name]);
  }
  if (plan.hidesId) delete opened[model.id];
  return opened;
}
