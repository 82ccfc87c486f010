import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encryptedModels } from './encrypted-fields.ts';
import type { LoadedKeys } from './key-ring.ts';
import { openResult, readSelection } from './read-selection.ts';
import { openBytes, openText, sealBytes, sealText, type ValuePlace } from './seal.ts';
import { createDataSealer } from './seal-data.ts';

const key = { version: 3, key: randomBytes(32) };
const findKey = (version: number) => (version === 3 ? key : undefined);
const places = fc.record({ table: fc.string(), column: fc.string(), row: fc.uuid() });
const refused = { code: 'DATABASE.CIPHERTEXT_REFUSED' };

const keys: LoadedKeys = {
  data: { id: 'data', ...key },
  dataVersions: new Map([[3, key]]),
  blindIndex: randomBytes(32),
  auditMac: { version: 1, key: randomBytes(32) },
};

describe('a sealed value', () => {
  it('opens to what was sealed, text and bytes', () => {
    fc.assert(
      fc.property(places, fc.string({ unit: 'grapheme' }), (place, text) => {
        expect(openText(findKey, place, sealText(key, place, text))).toBe(text);
        const bytes = new TextEncoder().encode(text);
        expect(openBytes(findKey, place, sealBytes(key, place, bytes))).toEqual(bytes);
      }),
    );
  });

  it('opens nowhere else, however its place is spelt', () => {
    fc.assert(
      fc.property(places, places, (a, b) => {
        fc.pre(a.table !== b.table || a.column !== b.column || a.row !== b.row);
        expect(() => openText(findKey, b, sealText(key, a, 'value'))).toThrow(
          expect.objectContaining(refused) as Error,
        );
      }),
    );
    const split: [ValuePlace, ValuePlace] = [
      { table: 'ab', column: 'c', row: 'r' },
      { table: 'a', column: 'bc', row: 'r' },
    ];
    expect(() => openText(findKey, split[1], sealText(key, split[0], 'x'))).toThrow();
  });

  it('does not open with any bit changed', () => {
    const place = { table: 't', column: 'c', row: 'r' };
    const sealed = sealBytes(key, place, new Uint8Array([1, 2, 3]));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const altered = Uint8Array.from(sealed);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => openBytes(findKey, place, altered)).toThrow(
        expect.objectContaining(refused) as Error,
      );
    }
  });

  it('is never the same twice', () => {
    const place = { table: 't', column: 'c', row: 'r' };
    const sealed = new Set(Array.from({ length: 1_000 }, () => sealText(key, place, 'same')));
    expect(sealed.size).toBe(1_000);
  });
});

describe('every encrypted field of the schema', () => {
  const fields = [...encryptedModels().values()].flatMap((model) =>
    [...model.encrypted.values()].map(
      (field) => [`${model.name}.${field.name}`, model, field] as const,
    ),
  );

  it.each(fields)('%s is sealed on its way in and opened on its way out', (_, model, field) => {
    const value = field.kind === 'bytes' ? new Uint8Array([7, 0, 7]) : 'canary-Grün-7';
    const sealer = createDataSealer(() => keys);
    const row = sealer.create(model, { [field.name]: value }) as Record<string, unknown>;
    expect(sealer.uses()).toBe(1);
    expect(Buffer.from(JSON.stringify(row)).includes('canary')).toBe(false);
    expect(row[field.name]).not.toEqual(value);
    const { plan } = readSelection(() => keys, model, {});
    expect(openResult(() => keys, plan, row)).toMatchObject({ [field.name]: value });
  });

  it('are those the inventory and the fragments name', () => {
    expect(fields.length).toBeGreaterThan(60);
  });
});
