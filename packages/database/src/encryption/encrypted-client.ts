import { InternalError } from '@holovitals/errors';
import type { PrismaClient } from '../generated/client/client.ts';
import { isRecord, mapEach, type Args } from './arguments.ts';
import { encryptedModels, type EncryptedModel } from './encrypted-fields.ts';
import { createFieldCodec, type FieldCodec } from './field-codec.ts';
import type { KeyRing } from './key-ring.ts';
import { createRowMaker, type MakeNewRow } from './new-row.ts';
import { openResult, readSelection, type ReadPlan } from './read-selection.ts';
import { createDataSealer, idOf } from './seal-data.ts';
import { withKeys, type Keys } from './with-keys.ts';
import { withoutValues } from './without-values.ts';

/** What every client of the database has beside Prisma's own. */
export interface Encryption {
  /** Encrypts, decrypts and hashes fields outside Prisma's queries. */
  readonly $codec: FieldCodec;
  /** Makes rows that SQL functions insert. */
  readonly $newRow: MakeNewRow;
}

interface Prepared {
  readonly args: Args;
  readonly plan: ReadPlan;
  /** Values that were encrypted. */
  readonly uses: number;
}

/**
 * Adds field encryption to a client: `@encrypted` fields are plain text in the program and
 * ciphertext in the database (45 CFR 164.312(a)(2)(iv)). Raw SQL sees ciphertext.
 *
 * @throws CodedError `DATABASE.ENCRYPTED_FIELD_REFUSED` from queries that ciphertext cannot answer
 */
export function encryptedClient(
  client: PrismaClient,
  ring: KeyRing | undefined,
): PrismaClient & Encryption {
  const extended = client.$extends({
    name: 'field encryption',
    client: { $codec: createFieldCodec(ring), $newRow: createRowMaker(ring) },
    query: {
      $allModels: {
        async $allOperations({ model: name, operation, args, query, ...rest }) {
          const model = encryptedModels().get(name);
          if (model === undefined) throw new InternalError(`The manifest knows no model ${name}.`);
          const given = (args ?? {}) as Args;
          const prepared = await withKeys(ring, (keys) => prepare(keys, model, operation, given));
          if (prepared.uses > 0) await ring?.reserve(prepared.uses);
          const result: unknown = await query(prepared.args).catch((error: unknown) => {
            throw withoutValues(error, name, operation);
          });
          const plan = planAt(prepared.plan, pathOf(rest));
          return await withKeys(ring, (keys) => openResult(keys, plan, result));
        },
      },
    },
  });
  return extended as unknown as PrismaClient & Encryption;
}

function prepare(keys: Keys, model: EncryptedModel, operation: string, args: Args): Prepared {
  const sealer = createDataSealer(keys);
  const id = idOf(model, args['where']);
  const selection = readSelection(keys, model, args);
  const written = { ...selection.args };
  switch (operation) {
    case 'create':
      written['data'] = sealer.create(model, args['data'] ?? {});
      break;
    case 'createMany':
    case 'createManyAndReturn':
      written['data'] = mapEach(args['data'], (data) => sealer.create(model, data));
      break;
    case 'update':
      written['data'] = sealer.update(model, args['data'], id);
      break;
    case 'updateMany':
    case 'updateManyAndReturn':
      written['data'] = sealer.updateMany(model, args['data']);
      break;
    case 'upsert':
      written['create'] = sealer.create(model, args['create'], id);
      written['update'] = sealer.update(model, args['update'], id);
      break;
  }
  return { args: written, plan: selection.plan, uses: sealer.uses() };
}

/** The fields a fluent call follows: `db.patient.findUnique(…).identifiers()`. */
function pathOf(rest: object): readonly string[] {
  const internal = (rest as { __internalParams?: unknown }).__internalParams;
  const path = isRecord(internal) ? internal['dataPath'] : undefined;
  return Array.isArray(path)
    ? (path as string[]).filter((part) => part !== 'select' && part !== 'include')
    : [];
}

function planAt(plan: ReadPlan, path: readonly string[]): ReadPlan {
  const [first, ...rest] = path;
  const next = first === undefined ? undefined : plan.relations.get(first);
  return next === undefined ? plan : planAt(next, rest);
}
