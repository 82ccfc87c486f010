import type { BackupManifest } from '../backup/backup-format.ts';
import { withBackup, type OpenBackup } from './open-backup.ts';

/** What a backup says of itself, once every byte of it was read. */
export interface InspectedBackup {
  readonly manifest: BackupManifest;
  readonly encrypted: boolean;
  /** Before compression. */
  readonly rawBytes: number;
}

/**
 * Reads a whole backup and proves that it is what was written: every byte, by the digest at its end
 * and the codes of its encryption. Rows stay compressed.
 *
 * @throws CodedError `MIGRATOR.BACKUP_FOREIGN`, `MIGRATOR.BACKUP_NEWER`, `MIGRATOR.BACKUP_LOCKED`,
 * `MIGRATOR.BACKUP_DAMAGED`, `MIGRATOR.BACKUP_UNREADABLE`
 */
export async function inspectBackup(
  file: string,
  identities: readonly string[],
): Promise<InspectedBackup> {
  const inspect = async (backup: OpenBackup): Promise<InspectedBackup> => {
    let all = 0;
    for await (const { rawBytes } of backup.rows()) all += rawBytes;
    const { counts } = await backup.tail();
    return { manifest: { ...backup.head, counts }, encrypted: backup.encrypted, rawBytes: all };
  };
  return withBackup(file, identities, inspect, { withoutRows: true });
}
