/** @module-tag slow */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import {
  createSchemaDatabase,
  startKeyService,
  type SchemaDatabase,
} from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeTrail } from '../audit-rows.ts';
import { KEYS, runMigrator, startMigrator } from '../run-migrator.ts';

let database: SchemaDatabase;
let db: Database;
let sealer: ChildProcess | undefined;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 2, encryptionKey: KEYS.encryption });
});

afterEach(async () => {
  await db.$disconnect();
  await database.drop();
});

const keys = (...args: string[]) => runMigrator(database, ['keys', ...args]);

it('wraps keys anew under a file and then under a key service, while a process goes on', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kek-'));
  const service = await startKeyService('alias/records');
  try {
    await db.user.create({ data: { email: 'a@example.org', phoneCiphertext: '+1' } });
    const file = path.join(folder, 'kek');
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o400 });
    const toFile = (...args: string[]) => keys('rewrap', '--to', `file:${file}`, ...args);
    expect((await toFile('--dry-run')).stdout).toContain('3 key(s)');
    expect((await toFile()).stderr).toContain('COMPLIANCE.CONFIRMATION_MISSING');
    expect((await keys('rewrap', '--yes')).stderr).toContain('COMPLIANCE.OPTION_MISSING');
    expect((await keys('rewrap', '--to', file)).stderr).toContain('COMPLIANCE.CHOICE_INVALID');
    const filed = await toFile('--yes');
    expect(filed, filed.stderr).toMatchObject({ code: 0 });
    expect(filed.stdout).toContain(`ENCRYPTION_KEY_FILE="${file}"`);
    expect((await keys('verify')).stderr).toContain('DATABASE.ENCRYPTION_KEY_WRONG');

    const withFile = { ENCRYPTION_KEY: '', ENCRYPTION_KEY_FILE: file, ...service.environment };
    const toService = ['keys', 'rewrap', '--to', 'kms:alias/records', '--yes'];
    const served = await runMigrator(database, toService, withFile);
    expect(served, served.stderr).toMatchObject({ code: 0 });
    expect((await keys('list')).stdout).toMatch(/^kek 1 +ACTIVE .*alias\/records/m);
    const withService = {
      ...{ ...withFile, ENCRYPTION_KEY_FILE: '', ENCRYPTION_KMS_KEY_ID: 'alias/records' },
    };
    const run = (...args: string[]) => runMigrator(database, args, withService);
    expect((await run('keys', 'rotate', '--yes')).code).toBe(0);
    expect((await run('keys', 'reencrypt')).stdout).toContain('1 value(s) are now under version 2');
    expect((await run('audit', 'verify')).code).toBe(0);
    const seal = ['audit', 'seal', '--every', '0.1', '--dir', path.join(folder, 'checkpoints')];
    sealer = startMigrator(database, seal, withService);
    const opened = { operation: 'Decrypt', context: { alias: 'audit-signing', version: '1' } };
    await expect.poll(() => service.calls, { timeout: 20_000 }).toContainEqual(opened);
    service.mode = 'down';
    const failed = await run('keys', 'verify');
    expect(failed).toMatchObject({ code: 4, stdout: '' });
    expect(failed.stderr).toContain('KMSInternalException');
    expect(failed.stderr).not.toContain('secret-of-the-account');
    // Who runs goes on: one that has unwrapped the keys before, and one that does so from a service.
    await db.user.create({ data: { email: 'b@example.org', phoneCiphertext: '+2' } });
    const sealed = await db.auditCheckpoint.count();
    await writeTrail(db, 300);
    await expect
      .poll(() => db.auditCheckpoint.count(), { timeout: 20_000 })
      .toBeGreaterThan(sealed);
    expect(sealer.exitCode).toBeNull();
  } finally {
    sealer?.kill('SIGTERM');
    await service.close();
    rmSync(folder, { recursive: true });
  }
});
