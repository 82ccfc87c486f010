import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ciphertextRefused } from '../errors.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;
const TEXT_PREFIX = 'hv1.';
const BINARY_PREFIX = Buffer.from('HV1\0');

/** Where a value lives. A ciphertext that was moved elsewhere does not open. */
export interface ValuePlace {
  readonly table: string;
  readonly column: string;
  /** Primary key of the row. */
  readonly row: string;
}

/** A key and the version its ciphertexts name. */
export interface VersionedKey {
  readonly version: number;
  readonly key: Uint8Array;
}

/** Finds the key of a version; undefined where it is unknown, or may not decrypt. */
export type FindKey = (version: number) => VersionedKey | undefined;

/**
 * Encrypts a text: `hv1.<key version>.<base64url of nonce, ciphertext and tag>`. AES-256-GCM with a
 * random 96-bit nonce (NIST SP 800-38D, 8.2.2); the place is authenticated with it.
 */
export function sealText(key: VersionedKey, place: ValuePlace, plaintext: string): string {
  const sealed = seal(key, place, Buffer.from(plaintext, 'utf8'));
  return `${TEXT_PREFIX}${key.version}.${sealed.toString('base64url')}`;
}

/**
 * Decrypts what {@link sealText} made.
 *
 * @throws CodedError `DATABASE.CIPHERTEXT_REFUSED` where it was altered or moved, or its key is gone
 */
export function openText(findKey: FindKey, place: ValuePlace, ciphertext: string): string {
  const match = /^hv1\.([1-9]\d{0,9})\.([A-Za-z0-9_-]+)$/.exec(ciphertext);
  if (match === null) throw ciphertextRefused(place, 'It is not a ciphertext of this platform.');
  const sealed = Buffer.from(match[2] ?? '', 'base64url');
  return open(findKey, Number(match[1]), place, sealed).toString('utf8');
}

/** Encrypts bytes: `HV1\0`, the key version as uint32, nonce, ciphertext, tag. */
export function sealBytes(
  key: VersionedKey,
  place: ValuePlace,
  plaintext: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const version = Buffer.alloc(4);
  version.writeUInt32BE(key.version);
  return new Uint8Array(Buffer.concat([BINARY_PREFIX, version, seal(key, place, plaintext)]));
}

/**
 * Decrypts what {@link sealBytes} made.
 *
 * @throws CodedError `DATABASE.CIPHERTEXT_REFUSED`
 */
export function openBytes(
  findKey: FindKey,
  place: ValuePlace,
  ciphertext: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(ciphertext);
  const header = BINARY_PREFIX.length + 4;
  if (bytes.length < header || !bytes.subarray(0, BINARY_PREFIX.length).equals(BINARY_PREFIX)) {
    throw ciphertextRefused(place, 'It is not a ciphertext of this platform.');
  }
  const version = bytes.readUInt32BE(BINARY_PREFIX.length);
  return new Uint8Array(open(findKey, version, place, bytes.subarray(header)));
}

/** The version of the key that a stored value names; 0 where it is no ciphertext. */
export function versionIn(stored: string | Uint8Array): number {
  if (typeof stored === 'string') return Number(/^hv1\.([1-9]\d{0,9})\./.exec(stored)?.[1] ?? 0);
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const isOurs = bytes.length >= BINARY_PREFIX.length + 4 && bytes.indexOf(BINARY_PREFIX) === 0;
  return isOurs ? bytes.readUInt32BE(BINARY_PREFIX.length) : 0;
}

function seal({ key, version }: VersionedKey, place: ValuePlace, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associatedData(place, version));
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function open(findKey: FindKey, version: number, place: ValuePlace, sealed: Buffer): Buffer {
  const found = findKey(version);
  if (found === undefined) {
    throw ciphertextRefused(
      place,
      `Version ${version} of the data key is destroyed, suspended, or not there.`,
      version,
    );
  }
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw ciphertextRefused(place, 'It is cut short.');
  const decipher = createDecipheriv('aes-256-gcm', found.key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associatedData(place, found.version));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
    // GCM has no padding: nothing is left to come, and the tag is checked.
    decipher.final();
    return plaintext;
  } catch {
    throw ciphertextRefused(place, 'It was altered, or it belongs to another row or column.');
  }
}

/** Each part after its length, so that no two places share their bytes. */
function associatedData({ table, column, row }: ValuePlace, version: number): Buffer {
  const parts = ['hv1', String(version), table, column, row.toLowerCase()];
  // One buffer for all of them: this stands in the way of every value that is read.
  const bytes = Buffer.allocUnsafe(
    parts.reduce((size, part) => size + LENGTH_BYTES + Buffer.byteLength(part), 0),
  );
  let end = 0;
  for (const part of parts) {
    const length = bytes.write(part, end + LENGTH_BYTES);
    bytes.writeUInt32BE(length, end);
    end += LENGTH_BYTES + length;
  }
  return bytes;
}
