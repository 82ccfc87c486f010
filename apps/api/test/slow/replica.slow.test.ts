/** @module-tag slow */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@holovitals/database';
import { startReplica, startScratchServer, type ScratchServer } from '@holovitals/postgres/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPlatform } from '../../src/open-platform.ts';

const DATABASE = 'holovitals';
const root = path.join(import.meta.dirname, '../../../..');
const secrets = { encryptionKey: randomBytes(32).toString('hex'), codeKey: randomBytes(32) };

let primary: ScratchServer;
let replica: ScratchServer;

beforeAll(async () => {
  primary = await startScratchServer();
  const admin = createClient({ url: primary.url() });
  await admin.$executeRawUnsafe(`create database ${DATABASE}`);
  await admin.$executeRawUnsafe(
    `create role owner login createrole password '${primary.passwordOf('owner')}'`,
  );
  await admin.$executeRawUnsafe(`alter database ${DATABASE} owner to owner`);
  await admin.$disconnect();
  const env = {
    ...process.env,
    DATABASE_URL: primary.url({ database: DATABASE, role: 'owner' }),
    APP_DATABASE_URL: primary.url({ database: DATABASE, role: 'app' }),
  };
  const migrator = path.join(root, 'apps/migrator/bin/migrator.mjs');
  for (const args of [['roles', 'sync'], ['deploy'], ['roles', 'sync']]) {
    await promisify(execFile)(process.execPath, [migrator, ...args], { cwd: root, env });
  }
  replica = await startReplica(primary);
});

afterAll(async () => {
  await replica?.destroy();
  await primary?.destroy();
});

const urlOf = (server: ScratchServer) => server.url({ database: DATABASE, role: 'app' });

it('opens on the primary, and not on its replica', async () => {
  const platform = await openPlatform({ ...secrets, databaseUrl: urlOf(primary) });
  await platform.identity.db.$disconnect();
  await expect(openPlatform({ ...secrets, databaseUrl: urlOf(replica) })).rejects.toMatchObject({
    code: 'DATABASE.REPLICA_REFUSED',
    kind: 'unavailable',
  });
});

it('takes no audit row on a replica, without which no record is read', async () => {
  const db = createClient({ url: urlOf(replica), encryptionKey: secrets.encryptionKey });
  const read = {
    ...({ eventType: 'PHI_READ', action: 'R', outcome: 'SUCCESS', agentSystem: 'test' } as const),
    ...{ hash: new Uint8Array(32), keyVersion: 1 },
  };
  await expect(db.auditLog.create({ data: read })).rejects.toThrow('25006');
  await db.$disconnect();
});
