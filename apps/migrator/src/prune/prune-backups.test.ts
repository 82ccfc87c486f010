import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nameBackup } from '../backup/backup-name.ts';
import { beginBlocks } from '../backup/block-writer.ts';
import { openFileSink } from '../backup/byte-sink.ts';
import { chooseOutdated } from './choose-outdated.ts';
import { pruneBackups } from './prune-backups.ts';

const NOW = new Date('2026-06-30T12:00:00Z');
const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'prune-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a backup of no table, in clear; answers its name. */
async function backup(database: string, days: number): Promise<string> {
  const name = nameBackup(database, daysAgo(days), false);
  const blocks = await beginBlocks(await openFileSink(path.join(folder, name)));
  await blocks.write('head', 0, Buffer.from('{"tables":[]}'));
  await blocks.write('schema', 0, Buffer.from('{}'));
  await blocks.write('tail', 0, Buffer.from('{"counts":[]}'));
  await blocks.end();
  return name;
}

const prune = (rules: object) => pruneBackups(folder, { now: NOW, identities: [], ...rules });
const left = () => readdirSync(folder).sort();
const namesOf = (files: readonly string[]) => files.map((file) => path.basename(file));

describe('pruneBackups', () => {
  it('keeps the newest of each database', async () => {
    const old = [await backup('shop', 3), await backup('shop', 2)];
    const kept = [await backup('shop', 1), await backup('shop', 0), await backup('other', 90)];
    const dry = await prune({ keep: 2, dryRun: true });
    expect(namesOf(dry.removed)).toEqual(old);
    expect(left()).toHaveLength(5);
    const result = await prune({ keep: 2 });
    expect(namesOf(result.removed)).toEqual(old);
    expect(result.good).toMatchObject([{ proven: true }]);
    expect(left()).toEqual(kept.sort());
    expect((await prune({ keep: 2 })).removed).toEqual([]);
  });

  it('removes what is too old, but never the last, and by both rules only what both let go', async () => {
    const [a, b, c] = [
      await backup('shop', 40),
      await backup('shop', 35),
      await backup('shop', 31),
    ];
    expect(namesOf((await prune({ keep: 2, olderThanDays: 30 })).removed)).toEqual([a]);
    expect(namesOf((await prune({ keep: 1, olderThanDays: 36 })).removed)).toEqual([]);
    expect(namesOf((await prune({ olderThanDays: 1 })).removed)).toEqual([b]);
    expect(left()).toEqual([c]);
  });

  it('keeps the newest that is whole where newer ones are damaged', async () => {
    const good = await backup('shop', 9);
    const older = await backup('shop', 10);
    const damaged = [nameBackup('shop', daysAgo(2), false), nameBackup('shop', daysAgo(1), false)];
    for (const name of damaged) writeFileSync(path.join(folder, name), 'migrator-backup 1\nshort');
    const result = await prune({ keep: 1 });
    expect(result.good).toEqual([{ file: path.join(folder, good), proven: true }]);
    expect(namesOf(result.removed)).toEqual([older, damaged[0]]);
    expect(left()).toEqual([good, damaged[1]].sort());
  });

  it('removes nothing where no backup is whole', async () => {
    const names = [1, 2, 3].map((days) => nameBackup('shop', daysAgo(days), false));
    for (const name of names) writeFileSync(path.join(folder, name), 'migrator-backup 1\nshort');
    await expect(prune({ keep: 1 })).rejects.toMatchObject({ code: 'MIGRATOR.PRUNE_UNSAFE' });
    expect(left()).toEqual(names.sort());
  });

  it('leaves what is not a backup, however it is named, and what is being written', async () => {
    await backup('shop', 0);
    const old = nameBackup('shop', daysAgo(50), false);
    const foreign = [
      ...['notes.txt', 'shop.backup', `${old}.txt`, nameBackup('shop', daysAgo(60), false)],
      ...[nameBackup('shop', daysAgo(61), true), `.${old}.0123abcd.partial`, '.x.0123abcd.partial'],
    ];
    for (const name of foreign) writeFileSync(path.join(folder, name), 'something else');
    utimesSync(path.join(folder, '.x.0123abcd.partial'), daysAgo(9), daysAgo(9));
    utimesSync(path.join(folder, `.${old}.0123abcd.partial`), NOW, NOW);
    mkdirSync(path.join(folder, nameBackup('shop', daysAgo(70), false)));
    const elsewhere = path.join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'migrator-backup 1\n');
    symlinkSync(elsewhere, path.join(folder, nameBackup('shop', daysAgo(80), false)));
    const before = left();
    expect(await prune({ keep: 1 })).toMatchObject({ removed: [], leftovers: [] });
    expect(left()).toEqual(before);
  });

  it('clears away what a backup that was cut off left long ago', async () => {
    const partial = path.join(folder, `.${nameBackup('shop', daysAgo(3), true)}.0123abcd.partial`);
    writeFileSync(partial, 'age-encryption.org/v1\n');
    utimesSync(partial, daysAgo(3), daysAgo(3));
    expect(await prune({ keep: 1, dryRun: true })).toMatchObject({ leftovers: [partial] });
    expect(existsSync(partial)).toBe(true);
    await prune({ keep: 1 });
    expect(existsSync(partial)).toBe(false);
  });

  it('tells that a folder cannot be read', async () => {
    await expect(pruneBackups(path.join(folder, 'none'), { identities: [] })).rejects.toMatchObject(
      {
        code: 'MIGRATOR.BACKUP_UNREADABLE',
      },
    );
  });
});

describe('chooseOutdated', () => {
  it('lets go no more under two rules than under either, and never the newest', () => {
    const days = fc.uniqueArray(fc.nat(100), { minLength: 1 });
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 9 }), fc.nat(90), (ages, keep, olderThanDays) => {
        const backups = [...ages]
          .sort((a, b) => a - b)
          .map((age) => ({
            ...{ database: 'shop', takenAt: daysAgo(age), encrypted: true, bytes: 1 },
            file: String(age),
          }));
        const choose = (rules: object) =>
          chooseOutdated(backups, rules, NOW).map(({ file }) => file);
        const both = choose({ keep, olderThanDays });
        expect(choose({ keep })).toEqual(expect.arrayContaining(both));
        expect(choose({ olderThanDays })).toEqual(expect.arrayContaining(both));
        expect(choose({ keep, olderThanDays: 0 })).not.toContain(backups[0]?.file);
        expect(backups.length - both.length).toBeGreaterThanOrEqual(Math.min(keep, ages.length));
      }),
    );
  });
});
