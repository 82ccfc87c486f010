import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { inspectBackup } from '../restore/inspect-backup.ts';
import { withBackup } from '../restore/open-backup.ts';
import { encryptTo } from './age-stream.ts';
import { BLOCK_BYTES, BLOCK_HEADER_BYTES, FIRST_LINE } from './backup-format.ts';
import { beginBlocks } from './block-writer.ts';
import { openFileSink } from './byte-sink.ts';
import { createRowSummer } from './row-checksum.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'backup-file-'));
const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

const newFile = () => path.join(folder, `${(files += 1)}`);

function fileOf(bytes: Uint8Array): string {
  const file = newFile();
  writeFileSync(file, bytes);
  return file;
}

/** Writes a backup of one table with these rows. */
async function write(rows: readonly Buffer[], recipients: readonly string[] = []): Promise<string> {
  const file = newFile();
  const sink = await openFileSink(file);
  const blocks = await beginBlocks(
    recipients.length > 0 ? await encryptTo(recipients, sink) : sink,
  );
  const json = (data: unknown) => Buffer.from(JSON.stringify(data));
  await blocks.write('head', 0, json({ tables: [{ name: 'a', columns: ['b'] }] }));
  await blocks.write('schema', 0, json({ before: ['create table a (b text)'] }));
  for (const bytes of rows) await blocks.write('rows', 0, bytes);
  await blocks.write('tail', 0, json({ counts: [{ rows: 0, checksum: '' }] }));
  await blocks.end();
  return file;
}

async function rowsOf(file: string, identities: readonly string[]): Promise<Buffer> {
  return withBackup(file, identities, async (backup) => {
    const parts: Buffer[] = [];
    for await (const { bytes } of backup.rows()) parts.push(bytes);
    await backup.tail();
    return Buffer.concat(parts);
  });
}

const SIZES = [0, 1, 65_535, 65_536, 65_537, BLOCK_BYTES - 1, BLOCK_BYTES, 3 * BLOCK_BYTES + 7];

describe('a backup file', () => {
  it.each(SIZES)('gives %i bytes back, in clear and encrypted', async (size) => {
    const rows = randomBytes(size);
    expect((await rowsOf(await write([rows]), [])).equals(rows)).toBe(true);
    expect((await rowsOf(await write([rows], [recipient]), [identity])).equals(rows)).toBe(true);
  });

  it('is an age file for any program that knows age, and opens for each of its recipients', async () => {
    const other = await generateX25519Identity();
    const file = await write([Buffer.from('row\n')], [recipient, await identityToRecipient(other)]);
    for (const key of [identity, other]) {
      const decrypter = new Decrypter();
      decrypter.addIdentity(key);
      const plain = Buffer.from(await decrypter.decrypt(readFileSync(file)));
      expect(plain.subarray(0, FIRST_LINE.length).toString()).toBe(FIRST_LINE);
      expect(await rowsOf(fileOf(plain), [])).toEqual(Buffer.from('row\n'));
      expect(await rowsOf(file, [key])).toEqual(Buffer.from('row\n'));
    }
  });

  it.each([
    ['in clear', []],
    ['encrypted', [recipient]],
  ])('that is changed anywhere or cut off is refused: %s', async (_, recipients) => {
    const whole = readFileSync(await write([randomBytes(90_000)], recipients));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, change, isCut) => {
          const bytes = Buffer.from(isCut ? whole.subarray(0, at) : whole);
          if (!isCut) bytes[at] = (bytes[at] as number) ^ change;
          const code = await inspectBackup(fileOf(bytes), [identity]).then(
            () => 'read',
            (error: unknown) => (error as { code?: string }).code,
          );
          expect(code).toMatch(/^MIGRATOR\.BACKUP_(DAMAGED|FOREIGN|NEWER|LOCKED)$/);
        },
      ),
      { numRuns: 120 },
    );
  });

  it('that has something after its end is refused', async () => {
    for (const recipients of [[], [recipient]]) {
      const whole = readFileSync(await write([Buffer.from('a\n')], recipients));
      const longer = fileOf(Buffer.concat([whole, Buffer.from('x')]));
      await expect(inspectBackup(longer, [identity])).rejects.toMatchObject({
        code: 'MIGRATOR.BACKUP_DAMAGED',
      });
    }
  });

  it('that is encrypted for others, or by another program, is refused', async () => {
    const stranger = await generateX25519Identity();
    const file = await write([], [recipient]);
    for (const keys of [[], [stranger]]) {
      await expect(inspectBackup(file, keys)).rejects.toMatchObject({
        code: 'MIGRATOR.BACKUP_LOCKED',
      });
    }
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const foreign = fileOf(await encrypter.encrypt('minutes of a meeting'));
    for (const other of [foreign, fileOf(Buffer.from('PGDMP')), fileOf(Buffer.alloc(0))]) {
      await expect(inspectBackup(other, [identity])).rejects.toMatchObject({
        code: 'MIGRATOR.BACKUP_FOREIGN',
      });
    }
  });

  it('of a newer format is refused by its number', async () => {
    const newer = fileOf(Buffer.from('migrator-backup 2\nwhat is not known yet'));
    await expect(inspectBackup(newer, [])).rejects.toMatchObject({ code: 'MIGRATOR.BACKUP_NEWER' });
  });

  it('that holds more than it declares is refused before it fills the memory', async () => {
    const bomb = brotliCompressSync(Buffer.alloc(300 << 20), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
    });
    const header = Buffer.alloc(BLOCK_HEADER_BYTES);
    header.writeUInt8(1, 0);
    header.writeUInt32BE(1000, 5);
    header.writeUInt32BE(bomb.length, 9);
    const body = Buffer.concat([Buffer.from(FIRST_LINE), header, bomb]);
    const file = fileOf(Buffer.concat([body, createHash('sha256').update(body).digest()]));
    const before = process.memoryUsage().rss;
    await expect(inspectBackup(file, [])).rejects.toMatchObject({
      code: 'MIGRATOR.BACKUP_DAMAGED',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
    header.writeUInt32BE(0xffffffff, 9);
    const endless = fileOf(Buffer.concat([Buffer.from(FIRST_LINE), header, bomb]));
    await expect(inspectBackup(endless, [])).rejects.toMatchObject({
      code: 'MIGRATOR.BACKUP_DAMAGED',
    });
  });

  it('never replaces a file, and leaves none when it is given up', async () => {
    const file = await write([]);
    await expect(openFileSink(file)).rejects.toMatchObject({ code: 'MIGRATOR.BACKUP_EXISTS' });
    const other = newFile();
    const [first, second] = [await openFileSink(other), await openFileSink(other)];
    await first.write(Buffer.from('first'));
    await second.write(Buffer.from('second'));
    await first.end();
    await expect(second.end()).rejects.toMatchObject({ code: 'MIGRATOR.BACKUP_EXISTS' });
    await second.abort();
    expect(readFileSync(other, 'utf8')).toBe('first');
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });
});

describe('the sum of rows', () => {
  const line = fc.string({ maxLength: 30 }).map((text) => text.replaceAll('\n', ' '));
  const sumOf = (lines: readonly string[], cut = 1_000) => {
    const summer = createRowSummer();
    const bytes = Buffer.from(lines.map((it) => `${it}\n`).join(''));
    for (let at = 0; at < bytes.length; at += cut) summer.add(bytes.subarray(at, at + cut));
    return summer.result();
  };

  it('is the same in any order and in pieces of any length', () => {
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 9 }), (lines, cut) => {
        expect(sumOf([...lines].reverse(), cut)).toEqual(sumOf(lines));
      }),
    );
  });

  it('is what docs/backup-format.md says, for lines of any length', () => {
    const hash = (text: string, seed: number, step: (h: number, byte: number) => number) => {
      let h = seed;
      for (const byte of Buffer.from(text)) h = step(h, byte);
      h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
      h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
      return (h ^ (h >>> 16)) >>> 0;
    };
    const first = (h: number, byte: number) => Math.imul(h ^ byte, 0x01000193);
    const second = (h: number, byte: number) => {
      const mixed = Math.imul(h ^ byte, 0x5bd1e995);
      return mixed ^ (mixed >>> 15);
    };
    const inHex = (sums: number[]) =>
      (sums.reduce((sum, it) => sum + it, 0) % 2 ** 32).toString(16).padStart(8, '0');
    const long = fc.nat(5_000).map((length) => 'æ'.repeat(length));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(line, long)),
        fc.integer({ min: 1, max: 9_000 }),
        (lines, cut) => {
          expect(sumOf(lines, cut)).toEqual({
            rows: lines.length,
            checksum:
              inHex(lines.map((it) => hash(it, 0x811c9dc5, first))) +
              inHex(lines.map((it) => hash(it, 0x9747b28c, second))),
          });
        },
      ),
    );
  });

  it('differs where a row is changed, lost or doubled', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), line, (lines, other) => {
        const [first = '', ...rest] = lines;
        if (first !== other) expect(sumOf([other, ...rest])).not.toEqual(sumOf(lines));
        expect(sumOf(rest)).not.toEqual(sumOf(lines));
        expect(sumOf([first, ...lines])).not.toEqual(sumOf(lines));
      }),
    );
  });
});
