import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hashAuditRow } from '@holovitals/compliance';
import { createClient, rowAsJson } from '@holovitals/database';
import pg from 'pg';
import { runProcess } from '../run-process.mjs';
import { root } from '../workspace.mjs';
import { createSchemaDatabase, environmentOf, migrator } from './databases.mjs';

const PORTION = 1000;
const SHARDS = 16;
const reader = path.join(root, 'bench/src/peers/hash-rows.mjs');

/** A trail that grows by rows as the platform writes them, and what seals and proves it. */
async function openTrail() {
  const database = await createSchemaDatabase();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-seal-'));
  const encryptionKey = randomBytes(32).toString('hex');
  const db = createClient({ url: database.url, maxConnections: 1, encryptionKey });
  const { key, version } = await db.$codec.auditKey();
  await db.$disconnect();
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const actor = {
    ...{ userId: randomUUID(), organizationId: randomUUID(), source: 'bench', keyVersion: version },
    ...{ ip: '2001:db8::1', userAgent: 'Mozilla/5.0', requestId: 'r-1' },
  };
  const env = {
    ...environmentOf(database.url),
    NODE_ENV: 'development',
    ENCRYPTION_KEY: encryptionKey,
  };
  const row = () => {
    const content = {
      ...{ ...actor, id: randomUUID(), timestamp: new Date(), changedFields: [] },
      ...{ eventType: 'PHI_READ', action: 'R', outcome: 'SUCCESS', patientId: randomUUID() },
      ...{ resourceType: 'PatientObservation', resourceId: randomUUID() },
    };
    return rowAsJson('AuditLog', {
      ...{ ...content, shard: randomInt(SHARDS), hash: hashAuditRow(key, content) },
    });
  };
  return {
    async grow(rows) {
      for (let written = 0; written < rows; written += PORTION) {
        const made = Array.from({ length: PORTION }, row);
        const columns = Object.keys(made[0]).join(', ');
        await owner.query(
          `insert into audit_logs (${columns})
           select ${columns} from jsonb_populate_recordset(null::audit_logs, $1)`,
          [JSON.stringify(made)],
        );
      }
    },
    run: (...args) => runProcess(process.execPath, args, { cwd: root, env }),
    seal: [migrator, 'audit', 'seal', '--dir', folder],
    verify: [migrator, 'audit', 'verify', '--copies', folder],
    async close() {
      await owner.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Sealing what is new. Both read the rows of the round. */
export const auditSeal = {
  name: 'audit-seal',
  what: '`migrator audit seal` of a trail of 250,000 rows (20,000 with `--quick`), copies written, whole process',
  peer: 'a process that reads the numbers and hashes of the rows and hashes them in a row',
  aim: { atMost: 3 },
  async prepare({ quick }) {
    const trails = [];
    const open = async () => {
      const trail = await openTrail();
      trails.push(trail);
      await trail.grow(quick ? 20_000 : 250_000);
      return trail;
    };
    let fresh = null;
    return {
      // A trail is sealed once; the peer reads the one that is sealed in the same round.
      ours: async (round) => {
        fresh = fresh?.round === round ? fresh : { round, trail: await open() };
        return await fresh.trail.run(...fresh.trail.seal);
      },
      peer: async (round) => {
        fresh = fresh?.round === round ? fresh : { round, trail: await open() };
        return await fresh.trail.run(reader, 'seq');
      },
      close: async () => {
        for (const trail of trails) await trail.close();
      },
    };
  },
};

/** Proving all of it. */
export const auditVerify = {
  name: 'audit-verify',
  what: '`migrator audit verify` of 1 million sealed rows (50,000 with `--quick`) and of the copies, whole process',
  peer: 'a process that reads the rows and hashes them in a row',
  aim: { atMost: 4 },
  async prepare({ quick }) {
    const trail = await openTrail();
    try {
      await trail.grow(quick ? 50_000 : 1_000_000);
      const { ms, peak } = await trail.run(...trail.seal);
      return {
        ours: () => trail.run(...trail.verify),
        peer: () => trail.run(reader, 'row'),
        close: () => trail.close(),
        note: `sealed in ${(ms / 1000).toFixed(1)} s with ${Math.round(peak / 1024 / 1024)} MB`,
      };
    } catch (error) {
      await trail.close();
      throw error;
    }
  },
};
