import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { root } from '../workspace.mjs';
import { createSchemaDatabase, environmentOf, migrator } from './databases.mjs';

const run = promisify(execFile);

/** Months that the kept rows are spread over, the newest being this one. */
const MONTHS_KEPT = 24;
/** Months ago of the first that is archived: its seven years are over. */
const FIRST_DUE = 100;

/** Audit rows over a period, as they are written: 16 shards, a hash, names of fields. */
const FILL = `
  insert into audit_logs (id, shard, "timestamp", event_type, action, outcome, user_id, patient_id,
    resource_type, resource_id, reason, ip, changed_fields, hash, key_version)
  select gen_random_uuid(), n % 16, $1::timestamptz + n * (($2::timestamptz - $1::timestamptz) / ($3::int + 1)),
    'PHI_READ', 'R', '0', gen_random_uuid(), gen_random_uuid(), 'Observation', gen_random_uuid()::text,
    case when n % 5 = 0 then 'treatment' end, '2001:db8::1', array['status', 'value'], sha256(n::text::bytea), 1
  from generate_series(1, $3::int) n`;

const monthStart = (ago) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1)).toISOString();
};
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** An audit log, and a table that is not partitioned with the same columns, indexes and rows. */
async function openLogs() {
  const database = await createSchemaDatabase();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-archive-'));
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('create table audit_rows (like audit_logs including all)');
  await client.query('select ensure_audit_partitions($1::date, $2)', [
    monthStart(MONTHS_KEPT),
    MONTHS_KEPT + 1,
  ]);
  const key = path.join(folder, 'key');
  const env = {
    ...environmentOf(database.url),
    NODE_ENV: 'development',
    ENCRYPTION_KEY: randomBytes(32).toString('hex'),
  };
  await run(process.execPath, [migrator, 'backup', 'keygen', key], { cwd: root, env });
  [env.BACKUP_RECIPIENTS] = /age1\w+/.exec(readFileSync(key, 'utf8'));

  const copy = async (from, to) => {
    await client.query(
      'insert into audit_rows select * from audit_logs where "timestamp" >= $1 and "timestamp" < $2',
      [from, to],
    );
    await client.query('vacuum analyze audit_rows');
  };
  let [kept, months] = [0, FIRST_DUE];
  return {
    /** Adds rows that stay, until there are so many. */
    async keep(rows) {
      const since = new Date().toISOString();
      await client.query(FILL, [monthStart(MONTHS_KEPT), monthStart(0), rows - kept]);
      await client.query('truncate audit_rows');
      kept = rows;
      await copy(monthStart(MONTHS_KEPT), since);
      await client.query('vacuum analyze audit_logs');
    },
    /** Adds a month that is due, to both; answers how each lets it go. */
    async addMonth(rows) {
      const [from, to] = [monthStart(months), monthStart(months - 1)];
      months += 1;
      await client.query('select ensure_audit_partitions($1::date, 1)', [from]);
      await client.query(FILL, [from, to, rows]);
      await copy(from, to);
      return {
        async archive() {
          const args = [migrator, 'archive', '--dir', path.join(folder, 'archives'), '--json'];
          const { stdout } = await run(process.execPath, args, { cwd: root, env });
          const { archived } = JSON.parse(stdout);
          if (archived.length !== 1 || archived[0].rows !== rows) throw new Error(stdout);
          return archived[0];
        },
        async delete() {
          const begun = performance.now();
          const { rowCount } = await client.query(
            'delete from audit_rows where "timestamp" >= $1 and "timestamp" < $2',
            [from, to],
          );
          const deleted = performance.now();
          await client.query('vacuum audit_rows');
          if (rowCount !== rows) throw new Error(`${rowCount} rows were deleted.`);
          return { deleteMs: deleted - begun, vacuumMs: performance.now() - deleted };
        },
      };
    },
    async close() {
      await client.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How both do while more and more rows stay. */
async function watchGrowth(logs, { sizes, rows, rounds }) {
  const told = [];
  for (const size of sizes) {
    await logs.keep(size);
    const samples = [];
    for (let round = 0; round < rounds; round += 1) {
      const month = await logs.addMonth(rows);
      samples.push({ ...(await month.archive()), ...(await month.delete()) });
    }
    const ms = (part) => `${Math.round(median(samples.map((sample) => sample[part])))} ms`;
    told.push(
      `${size.toLocaleString('en')} kept: gone in ${ms('removeMs')} after ${ms('exportMs')} of proof, DELETE ${ms('deleteMs')} and VACUUM ${ms('vacuumMs')}`,
    );
  }
  return told.join('; ');
}

/** What the archive takes beside: sealing, an encrypted file, and reading it back, of one month only. */
export const archive = {
  name: 'archive',
  what: 'how long a month of 50,000 audit rows (20,000 with `--quick`) takes to leave once `migrator archive` has proven its file, 800,000 (200,000) rows kept',
  peer: 'DELETE of the same rows from a plain table with the same indexes, and VACUUM',
  aim: { atMost: 0.2 },
  async prepare({ quick }) {
    const [rows, sizes] = quick
      ? [20_000, [20_000, 60_000, 200_000]]
      : [50_000, [50_000, 200_000, 800_000]];
    const logs = await openLogs();
    try {
      const note = await watchGrowth(logs, { rows, sizes, rounds: quick ? 1 : 3 });
      let month;
      return {
        note,
        // Both sides let go the same month, whichever comes first.
        ours: async (round) => {
          month = month?.round === round ? month : { round, it: await logs.addMonth(rows) };
          return { ms: (await month.it.archive()).removeMs };
        },
        peer: async (round) => {
          month = month?.round === round ? month : { round, it: await logs.addMonth(rows) };
          const { deleteMs, vacuumMs } = await month.it.delete();
          return { ms: deleteMs + vacuumMs };
        },
        close: () => logs.close(),
      };
    } catch (error) {
      await logs.close();
      throw error;
    }
  },
};
