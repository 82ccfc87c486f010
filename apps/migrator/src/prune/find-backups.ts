import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AGE_FIRST_LINE } from '../backup/age-stream.ts';
import { FORMAT_NAME } from '../backup/backup-format.ts';
import { readBackupName, type BackupName } from '../backup/backup-name.ts';
import { backupUnreadable } from '../errors.ts';

/** A backup in a folder. */
export interface FoundBackup extends BackupName {
  readonly file: string;
  readonly bytes: number;
}

/** What a folder holds. */
export interface BackupFolder {
  /** Newest first. */
  readonly backups: readonly FoundBackup[];
  /** What backups that were cut off long ago left behind. */
  readonly leftovers: readonly string[];
}

const PARTIAL = /^\..+\.[0-9a-f]{8}\.partial$/;
/** A backup that is being written is touched more often. */
const LEFT_BEHIND_MS = 24 * 60 * 60 * 1000;

/**
 * Finds the backups of a folder: plain files with the name of one that begin like one. What has another
 * name, is a link, or begins otherwise is somebody else's.
 *
 * @throws CodedError `MIGRATOR.BACKUP_UNREADABLE`
 */
export async function findBackups(folder: string, now: Date): Promise<BackupFolder> {
  const orUnreadable = async <T>(place: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw backupUnreadable(place, (error as NodeJS.ErrnoException).code ?? 'an error');
    }
  };
  const entries = await orUnreadable(folder, readdir(folder, { withFileTypes: true }));
  const backups: FoundBackup[] = [];
  const leftovers: string[] = [];
  for (const entry of entries.filter((it) => it.isFile())) {
    const file = path.join(folder, entry.name);
    const name = readBackupName(entry.name);
    if (name !== null && (await orUnreadable(file, beginsLikeBackup(file, name)))) {
      backups.push({ ...name, file, bytes: (await orUnreadable(file, stat(file))).size });
    } else if (PARTIAL.test(entry.name) && isPartOfBackup(entry.name)) {
      const { mtimeMs } = await orUnreadable(file, stat(file));
      if (now.getTime() - mtimeMs > LEFT_BEHIND_MS) leftovers.push(file);
    }
  }
  backups.sort((a, b) => b.takenAt.getTime() - a.takenAt.getTime() || (a.file < b.file ? 1 : -1));
  return { backups, leftovers: leftovers.sort() };
}

async function beginsLikeBackup(file: string, { encrypted }: BackupName): Promise<boolean> {
  const wanted = encrypted ? AGE_FIRST_LINE : `${FORMAT_NAME} `;
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted.length));
    return buffer.toString('latin1', 0, bytesRead) === wanted;
  } finally {
    await handle.close();
  }
}

const isPartOfBackup = (name: string) =>
  readBackupName(name.slice(1).replace(/\.[0-9a-f]{8}\.partial$/, '')) !== null;
