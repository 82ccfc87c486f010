import { randomBytes } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStream, sealedSize, sealStream, type ContentKey } from './seal-stream.ts';

const SEGMENT = 65_536;
const SEALED = SEGMENT + 16;

function newKey(): ContentKey {
  return { key: randomBytes(32), nonce: randomBytes(12), aad: Buffer.from('a place') };
}

function seal(content: ContentKey, chunks: readonly Uint8Array[]): Promise<Buffer> {
  return buffer(Readable.from(chunks).pipe(sealStream(content)));
}

async function open(content: ContentKey, sealed: Uint8Array): Promise<Buffer> {
  return await buffer(pipeline(Readable.from([sealed]), openStream(content), () => undefined));
}

describe('a content that is sealed', () => {
  it.each([0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 5 * SEGMENT + 17])(
    'of %i bytes has the size that is told, and opens',
    async (size) => {
      const content = newKey();
      const plain = randomBytes(size);
      const sealed = await seal(content, [plain]);
      expect(sealed).toHaveLength(sealedSize(size));
      expect((await open(content, sealed)).equals(plain)).toBe(true);
    },
  );

  it('is the same however it came in', async () => {
    const content = newKey();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 2 * SEGMENT }), { maxLength: 6 }),
        async (sizes) => {
          const chunks = sizes.map((size, n) => Buffer.alloc(size, n));
          const whole = await seal(content, [Buffer.concat(chunks)]);
          expect((await seal(content, chunks)).equals(whole)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  const changes: readonly [string, (sealed: Buffer) => Buffer][] = [
    ['with one bit changed', (sealed) => flip(sealed, 100)],
    ['with a bit of the last segment changed', (sealed) => flip(sealed, sealed.length - 1)],
    ['without its last segment', (sealed) => sealed.subarray(0, 2 * SEALED)],
    ['cut inside a segment', (sealed) => sealed.subarray(0, SEALED + 5)],
    ['without a byte', () => Buffer.alloc(0)],
    ['without its first segment', (sealed) => sealed.subarray(SEALED)],
    [
      'with two segments exchanged',
      (sealed) =>
        Buffer.concat([
          sealed.subarray(SEALED, 2 * SEALED),
          sealed.subarray(0, SEALED),
          sealed.subarray(2 * SEALED),
        ]),
    ],
    ['with more at its end', (sealed) => Buffer.concat([sealed, randomBytes(40)])],
  ];

  it.each(changes)('does not open %s', async (_name, change) => {
    const content = newKey();
    const sealed = change(await seal(content, [randomBytes(2 * SEGMENT + 500)]));
    await expect(open(content, sealed)).rejects.toMatchObject({ code: 'DATABASE.CONTENT_REFUSED' });
  });

  it.each(['key', 'nonce', 'aad'] as const)('does not open under another %s', async (part) => {
    const content = newKey();
    const sealed = await seal(content, [Buffer.from('plain')]);
    const other = { ...content, [part]: randomBytes(part === 'key' ? 32 : 12) };
    await expect(open(other, sealed)).rejects.toMatchObject({ code: 'DATABASE.CONTENT_REFUSED' });
  });
});

function flip(sealed: Buffer, at: number): Buffer {
  const changed = Buffer.from(sealed);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}
