import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KEYS, runMigrator } from './run-migrator.ts';

let database: SchemaDatabase;
let db: Database;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 2, encryptionKey: KEYS.encryption });
});

afterEach(async () => {
  await db.$disconnect();
  await database.drop();
});

const keys = (...args: string[]) => runMigrator(database, ['keys', ...args]);
const told = async (...args: string[]) => {
  const { code, stdout, stderr } = await keys(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
};

it('lists, rotates, and tells what is encrypted under which version', async () => {
  expect((await keys('list')).stdout).toContain('none yet');
  await db.user.create({ data: { email: 'a@example.org', phoneCiphertext: '+1' } });

  expect(await told('rotate', '--dry-run')).toMatchObject({ from: 1, to: 2, isDone: false });
  const unconfirmed = await keys('rotate');
  expect(unconfirmed).toMatchObject({ code: 2, stdout: '' });
  expect(unconfirmed.stderr).toContain('COMPLIANCE.CONFIRMATION_MISSING');
  expect(await told('list')).toMatchObject({ keys: { length: 3 }, values: null });

  const rotated = await told('rotate', '--reason', 'compromise', '--yes');
  expect(rotated).toMatchObject({ alias: 'data', from: 1, to: 2, isDone: true });
  const list = await keys('list', '--count');
  expect(list.stdout).toMatch(/^data 1 +COMPROMISED .*followed by 2/m);
  expect(list.stdout).toMatch(/^data 2 +ACTIVE /m);
  expect(list.stdout).toMatch(/^data 1 +users\.phone_ciphertext: 1 value/m);
  expect((await keys('list', '--json')).stdout).not.toContain('wrapped');

  const trail = await db.auditLog.findMany({ where: { eventType: 'KEY_OPERATION' } });
  expect(trail).toMatchObject([{ resourceId: rotated['id'], outcome: 'SUCCESS' }]);
  expect((await runMigrator(database, ['audit', 'verify'])).code).toBe(0);
});

it('lets one of two rotations win that are started at once', async () => {
  await db.$codec.ready();
  const runs = await Promise.all([keys('rotate', '--yes'), keys('rotate', '--yes')]);
  const { keys: versions } = (await told('list')) as { keys: { alias: string; status: string }[] };
  const data = versions.filter(({ alias }) => alias === 'data');
  const won = runs.filter(({ code }) => code === 0);
  expect(data).toHaveLength(1 + won.length);
  expect(data.filter(({ status }) => status === 'ACTIVE')).toHaveLength(1);
  for (const { stderr } of runs.filter(({ code }) => code !== 0)) {
    expect(stderr).toMatch(/DATABASE\.(KEYS_BUSY|KEY_ROTATED)/);
  }
});

it('refuses a word that is none, and a key that must not be rotated', async () => {
  await db.$codec.ready();
  const refused = async (code: string, ...args: string[]) => {
    expect((await keys('rotate', '--yes', ...args)).stderr).toContain(code);
  };
  await refused('COMPLIANCE.CHOICE_INVALID', '--reason', 'whim');
  await refused('DATABASE.KEY_NOT_ROTATABLE', '--alias', 'blind-index');
  await refused('DATABASE.KEY_UNKNOWN', '--alias', 'date');
});

it('brings values under the new version, proves them, and names one that was exchanged', async () => {
  const add = (at: number) =>
    db.user.create({
      data: { email: `p${at}@example.org`, phoneCiphertext: `+${at}` },
      select: { id: true },
    });
  for (let at = 0; at < 12; at += 1) await add(at);
  await told('rotate', '--yes');
  const done = await keys('reencrypt', '--batch', '5');
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(done.stdout).toMatch(/^users: 12 value/m);
  expect(await told('verify')).toMatchObject({
    opened: [{ table: 'users', column: 'phone_ciphertext', version: 2, values: 12 }],
    failures: 0,
  });
  expect(await db.user.count({ where: { phoneCiphertext: { not: null } } })).toBe(12);

  const { id } = await add(99);
  await db.$executeRaw`update users set phone_ciphertext =
    (select phone_ciphertext from users where id <> ${id}::uuid limit 1) where id = ${id}::uuid`;
  const broken = await keys('verify');
  expect(broken.code).toBe(4);
  expect(broken.stdout).toContain(`users.phone_ciphertext in row ${id}`);
  expect((await keys('reencrypt', '--table', 'roles')).stderr).toContain(
    'DATABASE.TABLE_UNENCRYPTED',
  );
});

it('destroys a version once nothing is under it, or where the loss is accepted', async () => {
  const add = (at: number) =>
    db.user.create({ data: { email: `p${at}@example.org`, phoneCiphertext: `+${at}` } });
  await add(1);
  await told('rotate', '--yes');
  const destroy = (...args: string[]) => keys('destroy', '--version', '1', ...args);
  expect((await destroy('--reason', 'over', '--yes')).stderr).toContain(
    'DATABASE.KEY_STILL_WRITES',
  );
  await db.$executeRaw`update encryption_keys set activated_at = activated_at - interval '1 hour'`;

  expect((await destroy('--dry-run')).stdout).toMatch(/^lost +users\.phone_ciphertext: 1 value/m);
  expect((await destroy('--yes')).stderr).toContain('COMPLIANCE.DESTRUCTION_REASON_MISSING');
  expect((await destroy('--reason', 'over')).stderr).toContain('COMPLIANCE.CONFIRMATION_MISSING');
  const inUse = await destroy('--reason', 'over', '--yes');
  expect(inUse.code).toBe(3);
  expect(inUse.stderr).toContain('DATABASE.KEY_IN_USE');
  expect((await keys('destroy', '--yes')).stderr).toContain('COMPLIANCE.OPTION_MISSING');

  await told('reencrypt');
  const destroyed = await destroy('--reason', 'over', '--yes', '--json');
  expect(destroyed.code, destroyed.stderr).toBe(0);
  expect(JSON.parse(destroyed.stdout)).toMatchObject({ isDone: true, isRewritten: true });
  expect((await keys('list')).stdout).toMatch(/^data 1 +DESTROYED .*gone /m);
  expect((await told('verify'))['failures']).toBe(0);
  expect((await runMigrator(database, ['audit', 'verify'])).code).toBe(0);
  expect(await db.user.findFirst({ where: { email: 'p1@example.org' } })).toMatchObject({
    phoneCiphertext: '+1',
  });
});
