import path from 'node:path';
import { backUp, type BackupProgress, type BackupResult } from '../backup/backup.ts';
import { nameBackup } from '../backup/backup-name.ts';
import { openFileSink, streamSink } from '../backup/byte-sink.ts';
import type { EngineChoice } from '../backup/write-schema.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { talk } from '../output.ts';
import { showProgress } from './show-progress.ts';

const BACKUP_FOLDER = 'backups';

/** Standard output instead of a file. */
export const STANDARD_OUTPUT = '-';

/** What is written, and for whom. */
export interface BackupOrder {
  readonly recipients: readonly string[];
  readonly plain: boolean;
  readonly file: string;
  /** Who writes the structure; `auto` unless told. */
  readonly engine?: EngineChoice;
  /** The caller holds the migration lock. */
  readonly isUnderLock?: boolean;
}

/** Names a new file in `backups/`, by database and time. */
export function newBackupFile(database: string, plain: boolean): string {
  return path.join(BACKUP_FOLDER, nameBackup(database, new Date(), !plain));
}

/** Writes a backup, shows how far it is, and says loudly where it is not encrypted. */
export async function writeBackup(
  target: DatabaseTarget,
  { file, ...order }: BackupOrder,
): Promise<BackupResult> {
  if (order.plain) talk('WARNING: not encrypted. Whoever gets hold of it reads every row.');
  const progress = showProgress();
  try {
    return await backUp(
      asBackupRole(target),
      () =>
        file === STANDARD_OUTPUT ? Promise.resolve(streamSink(process.stdout)) : openFileSink(file),
      { ...order, onProgress: (it) => progress.show(inWords(it)) },
    );
  } finally {
    progress.end();
  }
}

/** On a server of one's own the backup role reads, where it is set up; else the owner. */
function asBackupRole(target: DatabaseTarget): DatabaseTarget {
  const role = target.sideRoles.find(({ kind }) => kind === 'backup');
  return target.kind === 'embedded' || role === undefined
    ? target
    : { ...target, ownerUrl: role.url };
}

/** Tells how much a backup holds, and for whom. */
export function describeBackup(
  { manifest, rows, rawBytes, storedBytes, encrypted }: BackupResult,
  recipients: readonly string[],
): string {
  const writer = manifest.engine === 'builtin' ? '' : `, structure by pg_dump ${manifest.client}`;
  const secrecy = encrypted ? `encrypted for ${recipients.length} recipient(s)` : 'NOT encrypted';
  return `${rows} row(s) of ${manifest.tables.length} table(s), ${inMegabytes(rawBytes)} in ${inMegabytes(storedBytes)}, ${secrecy}${writer}`;
}

function inWords({ table, done, tables, bytes }: BackupProgress): string {
  return `${done + 1} of ${tables}: ${table}, ${inMegabytes(bytes)}`;
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
