import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addAuditRows, makeMonth, monthBefore } from './audit-rows.ts';
import { KEYS, runMigrator } from './run-migrator.ts';

let database: SchemaDatabase;
let db: Database;
let folder: string;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({
    ...{ url: database.url, maxConnections: 1, encryptionKey: KEYS.encryption },
  });
  folder = mkdtempSync(path.join(os.tmpdir(), 'archive-'));
});

afterEach(async () => {
  await db.$disconnect();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const migrator = (...args: string[]) => runMigrator(database, args);
const archive = (...args: string[]) => migrator('archive', '--dir', folder, ...args);

async function rowsOf(month: string): Promise<unknown> {
  const [row] = await db.$queryRawUnsafe<{ rows: unknown }[]>(
    `select to_jsonb(array_agg(log order by shard, seq))::text as rows from ${month} as log`,
  );
  return JSON.parse(String(row?.rows));
}

it('takes a month whose seven years are over out of the database, and can bring it back', async () => {
  const [old, young] = [await makeMonth(db, monthBefore(86)), await makeMonth(db, monthBefore(83))];
  await addAuditRows(db, old, 300);
  await addAuditRows(db, young, 20);
  const before = await rowsOf(old.table);

  const preview = await archive('--dry-run', '--json');
  expect(preview.code).toBe(0);
  expect(JSON.parse(preview.stdout)).toMatchObject({
    due: [{ partition: old.partition, rows: 300, isExported: false }],
    kept: [],
  });
  expect(readdirSync(folder)).toEqual([]);

  const done = await archive('--json');
  expect(done).toMatchObject({ code: 0, stderr: `1 of 1: ${old.partition}\n` });
  const { archived } = JSON.parse(done.stdout) as { archived: { file: string }[] };
  expect(archived).toMatchObject([{ partition: old.partition, rows: 300 }]);
  const [file = ''] = archived.map((it) => it.file);
  expect(readFileSync(file, 'latin1')).toMatch(/^age-encryption\.org\/v1\n/);
  expect(await archive()).toMatchObject({ code: 0 });

  const [manifest] = await db.auditLogArchive.findMany();
  expect(manifest).toMatchObject({ partition: old.partition, rowCount: 300n });
  expect(manifest?.detachedAt).not.toBeNull();
  const names = await db.$queryRawUnsafe<{ name: string | null }[]>(
    `select to_regclass('${old.table}')::text as name union all select to_regclass('${young.table}')::text`,
  );
  expect(names.map(({ name }) => name)).toEqual([null, young.table]);
  const trail = await db.auditLog.findMany({
    where: { eventType: 'RETENTION' },
    orderBy: { timestamp: 'asc' },
  });
  expect(
    trail.map(({ action, recordCount, resourceId }) => [action, recordCount, resourceId]),
  ).toEqual([
    ['E', 300, manifest?.id],
    ['D', 300, manifest?.id],
  ]);

  const identity = path.join(folder, 'key');
  writeFileSync(identity, KEYS.identity);
  const hostile = 'Robert"; drop table audit_logs; --';
  const restored = await migrator(
    ...['archive', 'restore', file, '--identity', identity, '--schema', hostile, '--json'],
  );
  expect(restored.code).toBe(0);
  expect(JSON.parse(restored.stdout)).toMatchObject({ rows: 300, isListed: true });
  const table = `"${hostile.replaceAll('"', '""')}".${old.partition}`;
  expect(await rowsOf(table)).toEqual(before);
  const again = await migrator(
    'archive',
    'restore',
    file,
    '--identity',
    identity,
    '--schema',
    hostile,
  );
  expect(again).toMatchObject({ code: 3, stdout: '' });
  expect(again.stderr).toContain('RESTORE_TARGET_REFUSED');
  // Nothing about it is drift, and the seal left with the month.
  expect(await migrator('status')).toMatchObject({ code: 0 });
});

it('keeps what a hold covers, and says which', { tags: 'slow' }, async () => {
  const month = await makeMonth(db, monthBefore(90));
  const other = await makeMonth(db, monthBefore(91));
  const { patientId, userId } = await addAuditRows(db, month, 5);
  await addAuditRows(db, other, 5);
  const placedBy = await db.user.create({
    data: { email: 'officer@example.org', displayName: 'O', status: 'PENDING' },
  });
  const hold = (scopeType: string, scopeId: string, days: object = {}) =>
    db.legalHold.create({
      data: {
        ...{ name: 'canary', matter: `canary ${randomUUID()}`, placedById: placedBy.id },
        ...{ scopeType, scopeId, ...days },
      },
    });
  const covering = [
    await hold('Patient', patientId),
    await hold('User', userId, { dataFrom: month.start, dataTo: month.start }),
  ];
  const longAgo = { dataFrom: new Date('2000-01-01'), dataTo: new Date('2000-12-31') };
  const others = [await hold('User', userId, longAgo), await hold('Patient', placedBy.id)];
  const text = await archive();
  expect(text.code).toBe(0);
  expect(text.stdout).toContain(`archived  ${other.partition}: 5 row(s)`);
  expect(text.stdout).toContain(`kept      ${month.partition}: A legal hold covers rows of it: `);
  for (const { id } of covering) expect(text.stdout).toContain(id);
  for (const { id } of others) expect(text.stdout).not.toContain(id);
  expect(text.stdout).not.toContain('canary');

  await db.legalHold.updateMany({
    data: { releasedAt: new Date(), releasedById: placedBy.id, releaseReason: 'over' },
  });
  expect((await archive()).stdout).toContain(`archived  ${month.partition}: 5 row(s)`);
});

it(
  'removes nothing whose file is lost or changed, and takes no file that it did not write',
  { tags: 'slow' },
  async () => {
    const month = await makeMonth(db, monthBefore(100));
    await addAuditRows(db, month, 3);
    await db.$executeRawUnsafe(`create view onlooker as select * from ${month.table}`);
    // Something depends on the month: exported, and not removed.
    const blocked = await archive();
    expect(blocked).toMatchObject({ code: 4, stdout: '' });
    const [name = ''] = readdirSync(folder);
    const file = path.join(folder, name);
    const bytes = readFileSync(file);
    await db.$executeRawUnsafe(`drop view onlooker`);
    await expect(addAuditRows(db, month, 1)).rejects.toThrow();

    writeFileSync(file, bytes.subarray(0, -1));
    const changed = await archive();
    expect(changed).toMatchObject({ code: 2, stdout: '' });
    expect(changed.stderr).toContain('COMPLIANCE.ARCHIVE_LOST');
    rmSync(file);
    expect((await archive()).stderr).toContain('ENOENT');

    const identity = path.join(folder, 'key');
    writeFileSync(identity, KEYS.identity);
    const copy = path.join(folder, 'copy.age');
    writeFileSync(copy, bytes);
    const stranger = await createSchemaDatabase();
    try {
      const restore = ['archive', 'restore', copy, '--identity', identity];
      const unlisted = await runMigrator(stranger, restore);
      expect(unlisted).toMatchObject({ code: 3, stdout: '' });
      expect(unlisted.stderr).toContain('COMPLIANCE.ARCHIVE_UNLISTED');
      const atItsWord = await runMigrator(stranger, [...restore, '--unlisted', '--dry-run']);
      expect(atItsWord.stdout).toContain(
        `${month.partition}: 3 row(s), by its own word; nothing was restored`,
      );
    } finally {
      await stranger.drop();
    }

    writeFileSync(file, bytes);
    expect((await archive()).stdout).toContain(`archived  ${month.partition}: 3 row(s)`);
    expect(await migrator('archive', '--dir')).toMatchObject({ code: 2 });
    expect((await migrator('archvie')).stderr).toContain('Did you mean archive?');
  },
);
