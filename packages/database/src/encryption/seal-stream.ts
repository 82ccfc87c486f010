import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { contentRefused } from '../errors.ts';

/** Plain bytes of a segment; the last one holds what is left. */
const SEGMENT_BYTES = 65_536;
const TAG_BYTES = 16;
const PREFIX_BYTES = 7;
const MOST_SEGMENTS = 2 ** 32;

/** What seals one content, and nothing else ever. */
export interface ContentKey<Bytes extends ArrayBufferLike = ArrayBufferLike> {
  /** 32 bytes, random. */
  readonly key: Uint8Array<Bytes>;
  /** 12 bytes: the first 7 are random, the others count. */
  readonly nonce: Uint8Array<Bytes>;
  /** Authenticated with every segment. */
  readonly aad: Uint8Array<Bytes>;
}

/** Bytes of a content once it is sealed. */
export function sealedSize(plainBytes: number): number {
  return plainBytes + TAG_BYTES * Math.max(1, Math.ceil(plainBytes / SEGMENT_BYTES));
}

/**
 * Encrypts a content of any length in flat memory: AES-256-GCM in segments of 64 KiB, by STREAM (Hoang,
 * Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance,
 * 2015). The nonce of a segment is 7 random bytes, its number as uint32, and 1 for the last: segments
 * cannot be changed, moved, left out, or cut off at the end.
 */
export function sealStream(content: ContentKey): Transform {
  return segments(SEGMENT_BYTES, (segment, number, isLast) => {
    const cipher = createCipheriv('aes-256-gcm', content.key, nonceOf(content, number, isLast));
    cipher.setAAD(content.aad);
    return Buffer.concat([cipher.update(segment), cipher.final(), cipher.getAuthTag()]);
  });
}

/**
 * Decrypts what {@link sealStream} made. No byte leaves it before its segment is proved; where one does
 * not open, or the last is missing, it fails with `DATABASE.CONTENT_REFUSED`.
 */
export function openStream(content: ContentKey): Transform {
  return segments(SEGMENT_BYTES + TAG_BYTES, (segment, number, isLast) => {
    if (segment.length < TAG_BYTES) throw contentRefused(number);
    const decipher = createDecipheriv(
      'aes-256-gcm',
      content.key,
      nonceOf(content, number, isLast),
      { authTagLength: TAG_BYTES },
    );
    decipher.setAAD(content.aad);
    decipher.setAuthTag(segment.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(segment.subarray(0, -TAG_BYTES)), decipher.final()]);
    } catch {
      throw contentRefused(number);
    }
  });
}

function nonceOf({ nonce }: ContentKey, number: number, isLast: boolean): Buffer {
  if (number >= MOST_SEGMENTS) throw contentRefused(number);
  const bytes = Buffer.from(nonce);
  bytes.writeUInt32BE(number, PREFIX_BYTES);
  bytes.writeUInt8(isLast ? 1 : 0, PREFIX_BYTES + 4);
  return bytes;
}

/** Cuts a stream into segments of one size; which is the last is known when the next byte does not come. */
function segments(
  size: number,
  work: (segment: Buffer, number: number, isLast: boolean) => Buffer,
): Transform {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let number = 0;
  const next = (stream: Transform, segment: Buffer, isLast: boolean) => {
    stream.push(work(segment, number, isLast));
    number += 1;
  };
  const attempt = (done: TransformCallback, act: () => void) => {
    try {
      act();
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      attempt(done, () => {
        waiting.push(chunk);
        bytes += chunk.length;
        if (bytes <= size) return;
        const all = Buffer.concat(waiting);
        let start = 0;
        while (all.length - start > size) {
          next(this, all.subarray(start, start + size), false);
          start += size;
        }
        waiting = [all.subarray(start)];
        bytes = all.length - start;
      });
    },
    flush(done) {
      attempt(done, () => next(this, Buffer.concat(waiting), true));
    },
  });
}
