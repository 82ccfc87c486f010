import { readFileSync, statSync } from 'node:fs';
import {
  encryptionKeyAmbiguous,
  encryptionKeyFileRefused,
  encryptionKeyMissing,
} from '../errors.ts';
import { openServiceKey } from './key-service.ts';
import { unwrapKey, wrapKey } from './key-wrap.ts';
import { parseEncryptionKey } from './parse-encryption-key.ts';

/** Which key version a wrapped key is: a key service binds the wrapping to it. */
export interface WrappedFor {
  readonly alias: string;
  readonly version: number;
}

/** What wraps the keys of a database: held by the deployment, or by a key service. */
export interface KeyEncryptionKey {
  /** Its name at the key service that holds it; null where the deployment does. */
  readonly reference: string | null;
  wrap(key: Uint8Array, about: WrappedFor): Promise<Buffer>;
  /**
   * @throws CodedError `DATABASE.ENCRYPTION_KEY_WRONG`, `DATABASE.KEY_SERVICE_UNAVAILABLE`
   */
  unwrap(wrapped: Uint8Array, about: WrappedFor): Promise<Buffer>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const SETTINGS = ['ENCRYPTION_KEY', 'ENCRYPTION_KEY_FILE', 'ENCRYPTION_KMS_KEY_ID'] as const;
/** Its group may read the file of a key, and nobody else may do anything with it. */
const REFUSED_MODE = 0o027;
const MOST_BYTES = 1024;

/** A key of 32 bytes that the deployment holds. Its wrapping proves itself (RFC 3394). */
export function heldKey(key: Uint8Array): KeyEncryptionKey {
  return {
    reference: null,
    wrap: (material) => Promise.resolve(wrapKey(key, material)),
    // eslint-disable-next-line @typescript-eslint/require-await
    unwrap: async (wrapped) => unwrapKey(key, wrapped),
  };
}

/**
 * The same, which unwraps each key once: a process that asks again and again neither costs a key
 * service a call each time nor ends with its outage. It keeps keys in memory for as long as it is kept.
 */
export function rememberUnwrapped(kek: KeyEncryptionKey): KeyEncryptionKey {
  const known = new Map<string, Buffer>();
  return {
    ...kek,
    async unwrap(wrapped, about) {
      const name = `${about.alias} ${about.version}`;
      const key = known.get(name) ?? (await kek.unwrap(wrapped, about));
      known.set(name, key);
      return key;
    },
  };
}

/**
 * Finds the key-encryption key that the environment names: `ENCRYPTION_KEY` holds it,
 * `ENCRYPTION_KEY_FILE` is a file that does, `ENCRYPTION_KMS_KEY_ID` is its name at AWS KMS, which
 * `ENCRYPTION_KMS_ENDPOINT` may place elsewhere. Undefined where none is set.
 *
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_INVALID`, `DATABASE.ENCRYPTION_KEY_AMBIGUOUS`,
 *   `DATABASE.ENCRYPTION_KEY_FILE_REFUSED`
 */
export function findKeyEncryptionKey(environment: Environment): KeyEncryptionKey | undefined {
  const set = SETTINGS.filter((name) => isSet(environment[name]));
  const [name, other] = set;
  if (name === undefined) return undefined;
  if (other !== undefined) throw encryptionKeyAmbiguous(set);
  const value = environment[name] ?? '';
  if (name === 'ENCRYPTION_KEY') return heldKey(parseEncryptionKey(value));
  if (name === 'ENCRYPTION_KEY_FILE') return heldKey(readKeyFile(value));
  return openServiceKey(value, environment['ENCRYPTION_KMS_ENDPOINT']);
}

/**
 * The same where there must be one.
 *
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_MISSING`, and as {@link findKeyEncryptionKey}
 */
export function requireKeyEncryptionKey(environment: Environment): KeyEncryptionKey {
  const kek = findKeyEncryptionKey(environment);
  if (kek === undefined) throw encryptionKeyMissing();
  return kek;
}

/**
 * The same of a place that an option names: `env:NAME`, `file:PATH`, `kms:KEY_ID`; undefined for
 * anything else.
 *
 * @throws CodedError as {@link findKeyEncryptionKey}
 */
export function openKeyAt(place: string, environment: Environment): KeyEncryptionKey | undefined {
  const [, kind, rest = ''] = /^(env|file|kms):(.+)$/.exec(place) ?? [];
  if (kind === 'env') return heldKey(parseEncryptionKey(environment[rest] ?? ''));
  if (kind === 'file') return heldKey(readKeyFile(rest));
  return kind === 'kms' ? openServiceKey(rest, environment['ENCRYPTION_KMS_ENDPOINT']) : undefined;
}

/** The example's placeholders begin with `your-`. */
function isSet(value = ''): boolean {
  return value !== '' && !value.startsWith('your-');
}

function readKeyFile(file: string): Buffer {
  const { mode, size, isFile } = ask(() => {
    const found = statSync(file);
    return { mode: found.mode, size: found.size, isFile: found.isFile() };
  });
  if (!isFile || size > MOST_BYTES) throw encryptionKeyFileRefused('It is no file of one key.');
  if ((mode & REFUSED_MODE) !== 0) {
    throw encryptionKeyFileRefused(
      `Others may read it, or its group may change it (mode ${(mode & 0o777).toString(8)}).`,
    );
  }
  return parseEncryptionKey(ask(() => readFileSync(file, 'utf8')));
}

function ask<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw encryptionKeyFileRefused(`It cannot be read: the system says ${code ?? 'nothing'}.`);
  }
}
