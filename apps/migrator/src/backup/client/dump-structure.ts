import { spawn } from 'node:child_process';
import type pg from 'pg';
import { backupFailed } from '../../errors.ts';
import { clientEnvironment } from './client-environment.ts';
import { describeFailure } from './describe-failure.ts';
import type { DumpClient } from './find-client.ts';
import { readDump, type DumpedStatements } from './read-dump.ts';

/**
 * Somebody may queue behind our own locks for one that `pg_dump` then waits for: it gives up, since
 * no server sees that circle.
 */
const LOCK_WAIT_MS = 5_000;

/** What is the server's or read by the migrator itself, and prompts that nobody would answer. */
const OPTIONS = [
  ...['--format=plain', '--encoding=UTF8', '--no-password', `--lock-wait-timeout=${LOCK_WAIT_MS}`],
  ...['-B', '--no-tablespaces', '--no-subscriptions'],
];

/** How `pg_dump` reads a database. */
export interface DumpOrder {
  readonly url: string;
  /** The role that owns the database. */
  readonly owner: string;
  /** Of the transaction that reads the rows. */
  readonly snapshot: string;
}

/**
 * Has `pg_dump` write a database's structure, as one transaction sees it: statements to run before
 * rows are loaded, and after.
 *
 * @throws CodedError `MIGRATOR.BACKUP_FAILED`
 */
export async function dumpStructure(
  client: DumpClient,
  order: DumpOrder,
): Promise<{ readonly before: string[]; readonly after: string[] }> {
  const read = async (section: string): Promise<DumpedStatements> =>
    readDump(await runClient(client, order, section), order.owner);
  const [before, after] = [await read('pre-data'), await read('post-data')];
  return {
    before: before.structure,
    // Whatever makes something does so as the owner; only then are things given away.
    after: [
      ...after.structure,
      ...[...before.owners, ...after.owners],
      ...[...before.rights, ...after.rights],
    ],
  };
}

/** Exports the snapshot of a transaction, for sessions that must see the same. */
export async function exportSnapshot(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ snapshot: string }>(
    'select pg_export_snapshot() as snapshot',
  );
  return rows[0]?.snapshot ?? '';
}

function runClient(
  { program, version, major }: DumpClient,
  { url, snapshot }: DumpOrder,
  section: string,
): Promise<string> {
  const child = spawn(program, [...OPTIONS, `--snapshot=${snapshot}`, `--section=${section}`], {
    env: clientEnvironment(url, major),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written: Buffer[] = [];
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => written.push(bytes));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(backupFailed(`${program} cannot be run (${error.code}).`)),
    );
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(written).toString());
      else reject(backupFailed(`pg_dump ${version}: ${describeFailure(said, code)}`));
    });
  });
}
