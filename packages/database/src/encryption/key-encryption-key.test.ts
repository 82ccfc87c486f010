import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startKeyService, type TestKeyService } from '../testing/start-key-service.ts';
import {
  findKeyEncryptionKey,
  heldKey,
  openKeyAt,
  rememberUnwrapped,
  type KeyEncryptionKey,
} from './key-encryption-key.ts';

const material = randomBytes(32);
const about = { alias: 'data', version: 3 };
const hex = randomBytes(32).toString('hex');

let folder: string;
let service: TestKeyService;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kek-'));
  service = await startKeyService('alias/one', 'alias/two');
  for (const [name, value] of Object.entries(service.environment)) vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await service.close();
  rmSync(folder, { recursive: true });
});

function fileWith(text: string, mode: number): string {
  const file = path.join(folder, `${mode}-${randomBytes(4).toString('hex')}`);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

function find(environment: Record<string, string>): KeyEncryptionKey {
  const kek = findKeyEncryptionKey({ ...service.environment, ...environment });
  if (kek === undefined) throw new Error('none is found');
  return kek;
}

const refused = (code: string) => expect.objectContaining({ code: `DATABASE.${code}` }) as Error;

describe('the key-encryption key', () => {
  it('is none where nothing is set, or the placeholder of the example', () => {
    expect(findKeyEncryptionKey({})).toBeUndefined();
    expect(
      findKeyEncryptionKey({ ENCRYPTION_KEY: 'your-key-here', ENCRYPTION_KEY_FILE: '' }),
    ).toBeUndefined();
  });

  it('is the same by value and by file, with or without a last line', async () => {
    const held = find({ ENCRYPTION_KEY: hex });
    const filed = find({ ENCRYPTION_KEY_FILE: fileWith(`${hex}\n`, 0o440) });
    expect(await filed.unwrap(await held.wrap(material, about), about)).toEqual(material);
    expect(held.reference).toBeNull();
    const placed = openKeyAt('env:NEXT', { NEXT: hex });
    expect(await placed?.unwrap(await held.wrap(material, about), about)).toEqual(material);
    expect(openKeyAt('vault:x', {})).toBeUndefined();
    expect(() => openKeyAt('env:NONE', {})).toThrow(refused('ENCRYPTION_KEY_INVALID'));
  });

  it('is refused where more than one is named', () => {
    const two = { ENCRYPTION_KEY: hex, ENCRYPTION_KMS_KEY_ID: 'alias/one' };
    expect(() => findKeyEncryptionKey(two)).toThrow(refused('ENCRYPTION_KEY_AMBIGUOUS'));
  });

  it.each([0o444, 0o604, 0o420, 0o641])('refuses a file of mode %o', (mode) => {
    const file = fileWith(hex, mode);
    expect(() => find({ ENCRYPTION_KEY_FILE: file })).toThrow(
      refused('ENCRYPTION_KEY_FILE_REFUSED'),
    );
  });

  it('refuses a file that is none, is missing, or holds something else, and does not repeat it', () => {
    for (const file of [folder, path.join(folder, 'missing'), fileWith(hex.repeat(99), 0o400)]) {
      expect(() => find({ ENCRYPTION_KEY_FILE: file })).toThrow(
        refused('ENCRYPTION_KEY_FILE_REFUSED'),
      );
    }
    const ENCRYPTION_KEY_FILE = fileWith('hunter2', 0o400);
    const refusal = (() => {
      try {
        return find({ ENCRYPTION_KEY_FILE });
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toEqual(refused('ENCRYPTION_KEY_INVALID'));
    expect(JSON.stringify(refusal)).not.toContain('hunter2');
  });

  it('unwraps once what it is asked to remember, also after it was wrapped anew', async () => {
    const [one, other] = [heldKey(randomBytes(32)), heldKey(randomBytes(32))];
    const kek = rememberUnwrapped(one);
    expect(await kek.unwrap(await one.wrap(material, about), about)).toEqual(material);
    expect(await kek.unwrap(await other.wrap(material, about), about)).toEqual(material);
    const next = { ...about, version: 4 };
    await expect(kek.unwrap(await other.wrap(material, next), next)).rejects.toThrow(
      refused('ENCRYPTION_KEY_WRONG'),
    );
  });
});

describe('a key of AWS KMS', () => {
  const one = () => find({ ENCRYPTION_KMS_KEY_ID: 'alias/one' });

  it('wraps and unwraps, bound to the name and version of what it wraps', async () => {
    const kek = one();
    service.calls.length = 0;
    const wrapped = await kek.wrap(material, about);
    expect(wrapped.includes(material)).toBe(false);
    expect(await kek.unwrap(wrapped, about)).toEqual(material);
    const context = { alias: 'data', version: '3' };
    expect(service.calls).toEqual([
      { operation: 'Encrypt', context },
      { operation: 'Decrypt', context },
    ]);
    expect(kek.reference).toBe('alias/one');
  });

  it('does not open another version, what another key wrapped, or what was changed', async () => {
    const wrapped = await one().wrap(material, about);
    const wrong = refused('ENCRYPTION_KEY_WRONG');
    await expect(one().unwrap(wrapped, { ...about, version: 4 })).rejects.toThrow(wrong);
    await expect(
      find({ ENCRYPTION_KMS_KEY_ID: 'alias/two' }).unwrap(wrapped, about),
    ).rejects.toThrow(wrong);
    wrapped[20] = (wrapped[20] ?? 0) ^ 1;
    await expect(one().unwrap(wrapped, about)).rejects.toThrow(wrong);
    const held = find({ ENCRYPTION_KEY: hex });
    await expect(one().unwrap(await held.wrap(material, about), about)).rejects.toThrow(wrong);
    await expect(held.unwrap(await one().wrap(material, about), about)).rejects.toThrow(wrong);
  });

  it('says what the service said by name alone', async () => {
    const told = async (kek: KeyEncryptionKey) => {
      const error = await kek.wrap(material, about).catch((caught: unknown) => caught);
      expect(error).toEqual(refused('KEY_SERVICE_UNAVAILABLE'));
      expect(JSON.stringify(error)).not.toContain('secret-of-the-account');
      return (error as { why: string }).why;
    };
    expect(await told(find({ ENCRYPTION_KMS_KEY_ID: 'alias/none' }))).toContain(
      'NotFoundException',
    );
    service.mode = 'down';
    try {
      expect(await told(one())).toContain('KMSInternalException');
    } finally {
      service.mode = 'up';
    }
    const ENCRYPTION_KMS_ENDPOINT = 'http://127.0.0.1:1';
    expect(
      await told(find({ ENCRYPTION_KMS_KEY_ID: 'alias/one', ENCRYPTION_KMS_ENDPOINT })),
    ).toContain('ECONNREFUSED');
  });
});
