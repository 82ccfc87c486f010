import type pg from 'pg';
import { inTransaction, withConnection } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import { withMigrationLock } from '../deploy/migration-lock.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { backupFailed, recipientsMissing } from '../errors.ts';
import { encryptTo } from './age-stream.ts';
import type { BackupHead, BackupManifest, BackupSchema, RowCount } from './backup-format.ts';
import { beginBlocks, type BlockWriter } from './block-writer.ts';
import type { ByteSink } from './byte-sink.ts';
import { COPY_SETTINGS, copyRowsOut } from './copy-rows.ts';
import {
  describeDatabase,
  hashCatalog,
  readSequences,
  readWholeCatalog,
  storeCatalog,
} from './describe-database.ts';
import { listTables } from './list-tables.ts';
import { readDatabaseSettings } from './schema/database-settings.ts';
import { writeSchema, type EngineChoice } from './write-schema.ts';

const LOCK_WAIT_MS = 600_000;

/** How {@link backUp} runs. */
export interface BackupOptions {
  /** Public keys of the age format; with none, `plain` must be said. */
  readonly recipients: readonly string[];
  /** Write the rows in clear. */
  readonly plain?: boolean;
  /** Who writes the structure; `auto` unless told. */
  readonly engine?: EngineChoice | undefined;
  /** The caller holds the migration lock. */
  readonly isUnderLock?: boolean;
  readonly onProgress?: (progress: BackupProgress) => void;
}

/** How far a backup is. */
export interface BackupProgress {
  readonly table: string;
  readonly done: number;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

/** What a backup came to. */
export interface BackupResult {
  readonly manifest: BackupManifest;
  readonly rows: number;
  /** Before compression, and after it. */
  readonly rawBytes: number;
  readonly storedBytes: number;
  readonly encrypted: boolean;
}

interface Snapshot {
  readonly head: BackupHead;
  readonly schema: BackupSchema;
}

/**
 * Writes a consistent backup of a database, as of one moment, to a sink: schema, rows, sequences,
 * rights, and settings of the database; roles belong to the server and are named only. Others read
 * and write meanwhile; only changes of the structure wait.
 *
 * @throws CodedError `MIGRATOR.RECIPIENTS_MISSING`, `MIGRATOR.BACKUP_BLINDED`,
 * `MIGRATOR.BACKUP_UNSUPPORTED`, `MIGRATOR.CLIENT_MISSING`, `MIGRATOR.BACKUP_FAILED`, and those of
 * the sink
 */
export async function backUp(
  target: DatabaseTarget,
  openSink: () => Promise<ByteSink>,
  options: BackupOptions,
): Promise<BackupResult> {
  const { recipients, plain = false } = options;
  if (recipients.length === 0 && !plain) throw recipientsMissing();
  await refusePooler(target);
  return withConnection(target.ownerUrl, async (client) => {
    await client.query(COPY_SETTINGS);
    const sink = await openSink();
    try {
      const out = plain ? sink : await encryptTo(recipients, sink);
      return await inSnapshot(client, async () =>
        writeAll(client, await readSnapshot(target, client, options), out, options),
      );
    } catch (error) {
      await sink.abort();
      throw isDatabaseError(error) ? backupFailed(describeDatabaseError(error)) : error;
    }
  });
}

async function inSnapshot<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  return inTransaction(client, async () => {
    await client.query('set transaction isolation level repeatable read, read only');
    return work();
  });
}

/** Under the migration lock, and then under locks on each table, so that the structure stands still. */
async function readSnapshot(
  target: DatabaseTarget,
  client: pg.Client,
  { isUnderLock = false, engine = 'auto' }: BackupOptions,
): Promise<Snapshot> {
  const read = () => readStructure(client, target.ownerUrl, engine);
  if (isUnderLock) return read();
  return withConnection(target.ownerUrl, (locker) =>
    withMigrationLock(locker, { waitMs: LOCK_WAIT_MS, onWait: () => undefined }, read),
  );
}

async function readStructure(
  client: pg.Client,
  url: string,
  choice: EngineChoice,
): Promise<Snapshot> {
  const tables = await listTables(client);
  const described = await describeDatabase(client);
  const source = { url, owner: described.owner, server: described.server };
  const {
    engine,
    client: version,
    roles,
    before,
    after,
  } = await writeSchema(client, source, choice);
  const catalog = storeCatalog(await readWholeCatalog(client));
  return {
    head: {
      createdAt: new Date().toISOString(),
      ...described,
      ...{ engine, client: version },
      schemaHash: hashCatalog(catalog),
      ...{ roles, tables },
    },
    schema: {
      ...{ before, after, catalog },
      settings: await readDatabaseSettings(client),
      sequences: await readSequences(client),
    },
  };
}

async function writeAll(
  client: pg.Client,
  { head, schema }: Snapshot,
  sink: ByteSink,
  { plain = false, onProgress = () => undefined }: BackupOptions,
): Promise<BackupResult> {
  const blocks = await beginBlocks(sink);
  await blocks.write('head', 0, inBytes(head));
  await blocks.write('schema', 0, inBytes(schema));
  // Values that name tables say their schemas too.
  await client.query(`set local search_path = ''`);
  const counts: RowCount[] = [];
  let [rows, rawBytes] = [0, 0];
  for (const [number, table] of head.tables.entries()) {
    const progress = { table: table.name, done: number, tables: head.tables.length };
    onProgress({ ...progress, rows, bytes: rawBytes });
    const count = await copyRowsOut(client, table, (bytes) => {
      rawBytes += bytes.length;
      onProgress({ ...progress, rows, bytes: rawBytes });
      return blocks.write('rows', number, bytes);
    });
    counts.push(count);
    rows += count.rows;
  }
  await writeTail(blocks, counts);
  return {
    manifest: { ...head, counts },
    ...{ rows, rawBytes, storedBytes: blocks.written, encrypted: !plain },
  };
}

async function writeTail(blocks: BlockWriter, counts: readonly RowCount[]): Promise<void> {
  await blocks.write('tail', 0, inBytes({ counts }));
  await blocks.end();
}

function inBytes(data: unknown): Buffer {
  return Buffer.from(JSON.stringify(data));
}
