import type { BackupManifest } from '../backup/backup-format.ts';
import { settingStatements } from '../backup/schema/database-settings.ts';
import { connect } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { restoreDiffers, restoreFailed, restoreRolesMissing } from '../errors.ts';
import type pg from 'pg';
import { compareRows, compareStructure } from './compare-restored.ts';
import { inspectBackup } from './inspect-backup.ts';
import { loadBackup } from './load-backup.ts';
import { withBackup } from './open-backup.ts';
import { openReadBack, type ReadBack } from './read-back.ts';
import { withScratchDatabase, withServer, type ScratchDatabase } from './scratch-database.ts';
import { assertFree, switchNames, type Destination } from './switch-names.ts';

/** How far a restore is. */
export interface RestoreProgress {
  /** The table whose rows are being loaded, or what else is being done. */
  readonly step: string;
  readonly done?: number;
  readonly tables?: number;
  readonly bytes?: number;
}

/** How {@link restore} runs. */
export interface RestoreOptions extends Destination {
  /** Secret keys of the age format. */
  readonly identities: readonly string[];
  readonly onProgress?: (progress: RestoreProgress) => void;
}

/** What {@link restore} made. */
export interface RestoreResult {
  readonly manifest: BackupManifest;
  readonly database: string;
  /** The name under which the replaced database is kept. */
  readonly kept: string | null;
  readonly rows: number;
  /** What is not as it was backed up and does no harm. */
  readonly notes: readonly string[];
}

/**
 * Restores a backup. The whole file is read first; then it is loaded into a database under a name of
 * its own, where rows, checksums and the whole catalog are compared; only then are names switched.
 *
 * @throws CodedError those of `inspectBackup`, `MIGRATOR.RESTORE_TARGET_INVALID`,
 * `MIGRATOR.RESTORE_TARGET_BUSY`, `MIGRATOR.RESTORE_ROLES_MISSING`, `MIGRATOR.RESTORE_NOT_PERMITTED`,
 * `MIGRATOR.RESTORE_FAILED`, `MIGRATOR.RESTORE_DIFFERS`
 */
export async function restore(
  target: DatabaseTarget,
  file: string,
  options: RestoreOptions,
): Promise<RestoreResult> {
  const { onProgress = () => undefined } = options;
  onProgress({ step: 'reading the file' });
  const { manifest } = await inspectBackup(file, options.identities);
  await withServer(target, (server) => assertFree(server, target, options));
  return withScratchDatabase(target, manifest, async (scratch) => {
    const notes = await fill(scratch, file, options);
    const { database, kept } = await switchNames(scratch, target, options);
    const rows = manifest.counts.reduce((sum, count) => sum + count.rows, 0);
    return { manifest, database, kept, rows, notes: [...scratch.notes, ...notes] };
  });
}

/** Restores a backup into a scratch database, compares everything, and drops it. */
export async function rehearseRestore(
  target: DatabaseTarget,
  file: string,
  options: Pick<RestoreOptions, 'identities' | 'onProgress'>,
): Promise<Omit<RestoreResult, 'database' | 'kept'>> {
  options.onProgress?.({ step: 'reading the file' });
  const { manifest } = await inspectBackup(file, options.identities);
  return withScratchDatabase(target, manifest, async (scratch) => {
    const notes = await fill(scratch, file, options);
    const rows = manifest.counts.reduce((sum, count) => sum + count.rows, 0);
    return { manifest, rows, notes: [...scratch.notes, ...notes] };
  });
}

/** Loads a backup into its database and compares everything; answers what may be told of it. */
async function fill(
  scratch: ScratchDatabase,
  file: string,
  { identities, onProgress = () => undefined }: Pick<RestoreOptions, 'identities' | 'onProgress'>,
): Promise<string[]> {
  return withBackup(file, identities, async (backup) => {
    const { head, schema } = backup;
    await assertRoles(scratch.server, head.roles);
    const client = await connect(scratch.url);
    let readBack: ReadBack | undefined;
    try {
      readBack = await openReadBack(scratch.url, scratch.owner, head.tables);
      const session = { client, owner: scratch.owner };
      const counts = await loadBackup(session, backup, readBack, onProgress);
      const tail = await backup.tail();
      onProgress({ step: 'comparing' });
      const server = await describeServer(client);
      // Statistics are gathered while the catalog is read: neither waits for the other's locks.
      const [catalog] = await Promise.all([readBack.catalog(), client.query('analyze')]);
      const structure = await compareStructure(schema, catalog, {
        ...{ wantedOwner: head.owner, owner: scratch.owner },
        ...{ wantedMajor: head.server.major, ...server },
      });
      const differences = [...compareRows(head, tail.counts, counts), ...structure.differences];
      if (differences.length > 0) throw restoreDiffers(differences);
      const notes = await applySettings(client, settingStatements(schema.settings, scratch.name));
      return [...notesOn(head.owner, scratch.owner), ...structure.notes, ...notes];
    } catch (error) {
      throw isDatabaseError(error) ? restoreFailed(describeDatabaseError(error)) : error;
    } finally {
      await readBack?.end();
      await client.end().catch(() => undefined);
    }
  });
}

function notesOn(wanted: string, owner: string): string[] {
  return wanted === owner ? [] : [`${owner} owns what ${wanted} owned.`];
}

/** Some settings are a superuser's: what this role may not set is told, for somebody who may. */
async function applySettings(client: pg.Client, statements: readonly string[]): Promise<string[]> {
  const notes: string[] = [];
  for (const sql of statements) {
    await client.query(sql).catch((error: unknown) => {
      if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error;
      notes.push(`To be run by somebody who may: ${sql};`);
    });
  }
  return notes;
}

const INSUFFICIENT_PRIVILEGE = '42501';

async function assertRoles(server: pg.Client, roles: readonly string[]): Promise<void> {
  const { rows } = await server.query<{ name: string }>(
    `select name from unnest($1::text[]) name where name <> 'public'
       and not exists (select from pg_roles where rolname = name) order by 1`,
    [roles],
  );
  if (rows.length > 0) throw restoreRolesMissing(rows.map(({ name }) => name));
}

async function describeServer(
  client: pg.Client,
): Promise<{ readonly major: number; readonly isPublicForeign: boolean }> {
  const { rows } = await client.query<{ major: number; isPublicForeign: boolean }>(
    `select current_setting('server_version_num')::integer / 10000 as major,
       exists (select from pg_namespace where nspname = 'public' and not pg_has_role(nspowner, 'USAGE')) as "isPublicForeign"`,
  );
  return rows[0] ?? { major: 0, isPublicForeign: false };
}
