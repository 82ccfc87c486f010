import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameBackup, readBackupName } from './backup-name.ts';

const time = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2099-12-31T23:59:59Z'),
  noInvalidDate: true,
});

describe('the name of a backup', () => {
  it('tells when it was taken, and is fit for every shell', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), time, (database, takenAt) => {
        const name = nameBackup(database, takenAt, true);
        expect(name).toMatch(/^[\w.%-]+\.backup\.age$/);
        expect(readBackupName(name)).toMatchObject({ takenAt, encrypted: true });
      }),
    );
  });

  it('is never that of another database', () => {
    const names = ['a b', 'a_b', 'a%20b', 'A b', 'ä b', 'a-b', 'a/b'];
    const at = new Date('2026-01-01T00:00:00Z');
    const databases = names.map((it) => readBackupName(nameBackup(it, at, false))?.database);
    expect(new Set(databases).size).toBe(names.length);
  });

  it('is known as it was written before there were milliseconds in it', () => {
    expect(readBackupName('shop-20260102T030405Z.backup')).toEqual({
      ...{ database: 'shop', takenAt: new Date('2026-01-02T03:04:05Z'), encrypted: false },
    });
  });

  it.each([
    ...['shop.backup.age', 'shop-20261302T030405Z.backup', '-20260102T030405Z.backup'],
    ...['shop-20260102T030405Z.backup.age.txt', 'shop-20260102T0304Z.backup', 'notes.txt'],
  ])('is not %s', (name) => expect(readBackupName(name)).toBeNull());
});
