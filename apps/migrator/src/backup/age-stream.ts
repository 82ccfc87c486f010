import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Decrypter, Encrypter } from 'age-encryption';
import { backupDamaged, backupForeign, backupLocked } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteSink } from './byte-sink.ts';

// The payload of https://age-encryption.org/v1: chunks under ChaCha20-Poly1305, the last one marked.
// The library makes and opens the header; its own payload is in JavaScript, 15 times slower than Node's.
const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const NONCE_BYTES = 16;
const ALGORITHM = 'chacha20-poly1305';
const AUTHENTICATED = { authTagLength: TAG_BYTES } as const;
/** A header is a line per recipient and some more; this is room for a thousand of them. */
const HEADER_BYTES = 1 << 20;

/** How every age file begins. */
export const AGE_FIRST_LINE = 'age-encryption.org/v1\n';

/**
 * Encrypts what is written to a sink, for everyone who holds an identity of one of the recipients.
 */
export async function encryptTo(recipients: readonly string[], sink: ByteSink): Promise<ByteSink> {
  const encrypter = new Encrypter();
  let fileKey: Uint8Array | undefined;
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  encrypter.addRecipient({
    wrapFileKey(key) {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  const empty = await encrypter.encrypt(new Uint8Array());
  if (fileKey === undefined) throw new Error('age-encryption did not wrap the file key');
  const nonce = randomBytes(NONCE_BYTES);
  await sink.write(Buffer.concat([empty.subarray(0, -NONCE_BYTES - TAG_BYTES), nonce]));
  const key = payloadKey(fileKey, nonce);
  const counter = chunkCounter();
  let pending: Buffer = Buffer.alloc(0);
  return {
    async write(bytes) {
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
      const sealed: Buffer[] = [];
      // The last chunk is marked, so one that may be the last is kept back.
      while (pending.length > CHUNK_BYTES) {
        sealed.push(seal(key, counter.next(false), pending.subarray(0, CHUNK_BYTES)));
        pending = pending.subarray(CHUNK_BYTES);
      }
      pending = Buffer.from(pending);
      if (sealed.length > 0) await sink.write(Buffer.concat(sealed));
    },
    async end() {
      await sink.write(seal(key, counter.next(true), pending));
      await sink.end();
    },
    abort: () => sink.abort(),
  };
}

/**
 * Decrypts an age file as it is read.
 *
 * @throws CodedError `MIGRATOR.BACKUP_LOCKED` where no identity fits, `MIGRATOR.BACKUP_DAMAGED`,
 * `MIGRATOR.BACKUP_FOREIGN`
 */
export async function* decryptFrom(
  identities: readonly string[],
  reader: ByteReader,
): AsyncGenerator<Buffer> {
  const header = await readHeader(reader);
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  const fileKey = await decrypter.decryptHeader(header).catch((error: unknown) => {
    if (/no identity matched/.test((error as Error).message)) throw backupLocked();
    throw backupDamaged('The header of its encryption is not whole.');
  });
  const nonce = await reader.take(NONCE_BYTES);
  if (nonce === null) throw backupDamaged('It ends in its header.');
  const key = payloadKey(fileKey, nonce);
  const counter = chunkCounter();
  let chunk = await reader.upTo(CHUNK_BYTES + TAG_BYTES);
  for (let isFirst = true; ; isFirst = false) {
    const next = await reader.upTo(CHUNK_BYTES + TAG_BYTES);
    const isLast = next.length === 0;
    const plain = open(key, counter.next(isLast), chunk);
    if (plain === null || (isLast && !isFirst && plain.length === 0)) {
      throw backupDamaged(
        isLast
          ? 'It does not end where it was ended: it is cut off, or its end was changed.'
          : 'Its bytes are not those that were written.',
      );
    }
    if (plain.length > 0) yield plain;
    if (isLast) return;
    chunk = next;
  }
}

/** Reads up to the line of the header's own code. */
async function readHeader(reader: ByteReader): Promise<Buffer> {
  const lines: Buffer[] = [];
  for (let bytes = 0; bytes < HEADER_BYTES;) {
    const line = await reader.line(1024);
    if (line === null) break;
    lines.push(line);
    bytes += line.length;
    if (line.subarray(0, 4).toString('latin1') === '--- ') return Buffer.concat(lines);
  }
  throw backupForeign('It begins like an age file, and has no header of one.');
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

/** Eleven bytes that count chunks, and one that marks the last. */
function chunkCounter(): { next(isLast: boolean): Buffer } {
  let count = 0;
  return {
    next(isLast) {
      const nonce = Buffer.alloc(12);
      nonce.writeUIntBE(count, 5, 6);
      nonce[11] = isLast ? 1 : 0;
      count += 1;
      return nonce;
    },
  };
}

function seal(key: Buffer, nonce: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonce, AUTHENTICATED);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Buffer, nonce: Buffer, chunk: Buffer): Buffer | null {
  if (chunk.length < TAG_BYTES) return null;
  const decipher = createDecipheriv(ALGORITHM, key, nonce, AUTHENTICATED);
  decipher.setAuthTag(chunk.subarray(-TAG_BYTES));
  try {
    // A stream cipher keeps nothing back: the end brings no bytes, only the proof.
    const plain = decipher.update(chunk.subarray(0, -TAG_BYTES));
    decipher.final();
    return plain;
  } catch {
    return null;
  }
}
