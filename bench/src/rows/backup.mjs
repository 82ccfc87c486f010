import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startScratchServer } from '@holovitals/postgres/testing';
import pg from 'pg';
import { runProcess } from '../run-process.mjs';
import { migrator } from './databases.mjs';

const INSTALLED = 18;

/** The host's own client program decides which server both sides work on: it reads none newer. */
function clientMajor() {
  try {
    const said = execFileSync('pg_dump', ['--version'], { encoding: 'utf8' });
    return Math.min(Number(/\) (\d+)/.exec(said)[1]), INSTALLED);
  } catch {
    throw new Error('This row needs pg_dump and pg_restore: apt-get install postgresql-client.');
  }
}

/** A table of a million rows per 200 MB, of texts, numbers and times, with a key and an index. */
const fill = (rows) => `
  create table notes (id bigint primary key, subject uuid not null, written_at timestamptz not null,
    amount numeric(12, 2), text text not null);
  insert into notes select n, gen_random_uuid(), timestamptz '2026-01-01Z' + n * interval '1 second',
    n / 100.0, concat(md5(n::text), ' some words that come again ', n % 1000, ' ', md5((n + 1)::text))
  from generate_series(1, ${rows}) n;
  create index on notes (subject);
  analyze notes`;

async function open({ quick }) {
  const major = clientMajor();
  const server = await startScratchServer({ version: major === INSTALLED ? undefined : major });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-backup-'));
  const query = async (sql, database = 'postgres') => {
    const client = new pg.Client({ connectionString: server.url({ database }) });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await query('create database notes');
  await query(fill(quick ? 500_000 : 5_000_000), 'notes');
  writeFileSync(path.join(folder, 'pnpm-workspace.yaml'), 'packages: []\n');
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "notes", "private": true }');
  writeFileSync(
    path.join(folder, 'schema.config.json'),
    JSON.stringify({
      ...{ schemaDir: 'db', base: 'db/base.prisma', classifications: {}, retentionTypes: [] },
      ...{ noCascadeInto: { classifications: [], models: [] }, extensions: [] },
    }),
  );
  const url = server.url({ database: 'notes' });
  const run = (program, args, env = {}) =>
    runProcess(program, args, {
      cwd: folder,
      env: { ...process.env, DATABASE_URL: url, BACKUP_IDENTITY_FILE: 'key', ...env },
    });
  const ours = (...args) => run(process.execPath, [migrator, ...args]);
  await ours('backup', 'keygen', 'key');
  const [recipient] = /age1\w+/.exec(readFileSync(path.join(folder, 'key'), 'utf8'));
  return {
    ...{ folder, query, ours },
    backUp: (file) => ours('backup', '--recipient', recipient, '--out', file),
    peer: (program, ...args) => run(program, args),
    urlOf: (database) => server.url({ database }),
    remove: (file) => rmSync(path.join(folder, file), { force: true }),
    async close() {
      await server.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ours encrypts and sums up every row; the peer does neither. */
export const backup = {
  name: 'backup',
  what: '`migrator backup` of 1 GB (100 MB with `--quick`), encrypted, whole process',
  peer: '`pg_dump -Fc`',
  aim: { atMost: 1.25 },
  async prepare(options) {
    const { backUp, peer, remove, urlOf, close } = await open(options);
    return {
      async ours() {
        remove('ours.age');
        return backUp('ours.age');
      },
      peer: () => peer('pg_dump', '-Fc', '-f', 'peer.dump', '-d', urlOf('notes')),
      close,
    };
  },
};

/**
 * Ours decrypts and reads the file twice, reads every row back from the server, and gathers statistics,
 * before it gives the database its name. The peer does none of these.
 */
export const restore = {
  name: 'restore',
  what: '`migrator restore` of the same into a new database, every row compared, statistics gathered',
  peer: '`pg_restore` into a new database',
  aim: { atMost: 1.25 },
  async prepare(options) {
    const { backUp, ours, peer, query, urlOf, close } = await open(options);
    await backUp('ours.age');
    await peer('pg_dump', '-Fc', '-f', 'peer.dump', '-d', urlOf('notes'));
    const intoNew = async (work) => {
      await query('drop database if exists copy');
      return work();
    };
    return {
      ours: () => intoNew(() => ours('restore', 'ours.age', '--into', 'copy')),
      peer: () =>
        intoNew(async () => {
          await query('create database copy');
          return peer('pg_restore', '-d', urlOf('copy'), 'peer.dump');
        }),
      close,
    };
  },
};
