import { InternalError } from '@holovitals/errors';
import { withDefaults } from '../statements/column-defaults.ts';
import { rowAsJson } from '../statements/row-as-json.ts';
import { encryptedModels } from './encrypted-fields.ts';
import type { KeyRing } from './key-ring.ts';
import { createDataSealer } from './seal-data.ts';
import { withKeys } from './with-keys.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Makes a new row as JSON by its columns, for a SQL function that inserts it: with its defaults, what
 * is encrypted as ciphertext beside its hashes, enums by their codes. The id is the caller's.
 *
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_MISSING`, `DATABASE.ENCRYPTION_KEY_EXHAUSTED`
 */
export type MakeNewRow = (
  model: string,
  row: Fields & { readonly id: string },
  now: Date,
) => Promise<Record<string, unknown>>;

/** Makes rows under the keys of one ring. */
export function createRowMaker(ring: KeyRing | undefined): MakeNewRow {
  return async (modelName, row, now) => {
    const model = encryptedModels().get(modelName);
    if (model === undefined) throw new InternalError(`The manifest knows no model ${modelName}.`);
    const { sealed, uses } = await withKeys(ring, (keys) => {
      const sealer = createDataSealer(keys);
      return { sealed: sealer.create(model, row) as Fields, uses: sealer.uses() };
    });
    if (uses > 0) await ring?.reserve(uses);
    return rowAsJson(modelName, withDefaults(modelName, sealed, now));
  };
}
