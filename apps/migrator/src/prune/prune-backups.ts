import { rm } from 'node:fs/promises';
import { isCodedError } from '@holovitals/errors';
import { backupUnremovable, pruneUnsafe } from '../errors.ts';
import { inspectBackup } from '../restore/inspect-backup.ts';
import { chooseOutdated, type PruneRules } from './choose-outdated.ts';
import { findBackups, type FoundBackup } from './find-backups.ts';

/** How {@link pruneBackups} runs. */
export interface PruneOptions extends PruneRules {
  /** Tell what would go, and remove nothing. */
  readonly dryRun?: boolean;
  /** Secret keys of the age format; without one an encrypted backup cannot be proven whole. */
  readonly identities: readonly string[];
  readonly now?: Date;
  readonly onProgress?: (line: string) => void;
}

/** What {@link pruneBackups} removed, or in a dry run would remove. */
export interface PruneResult {
  /** Oldest first. */
  readonly removed: readonly string[];
  /** What backups that were cut off left behind, a day ago or longer. */
  readonly leftovers: readonly string[];
  /** Newest first. */
  readonly kept: readonly string[];
  /** For each database that loses backups one that stays, and whether every byte of it was read. */
  readonly good: readonly { readonly file: string; readonly proven: boolean }[];
  readonly bytes: number;
  readonly dryRun: boolean;
}

/**
 * Removes backups of a folder that the rules let go. Of each database the newest one that is whole
 * stays, which is read first; where none is, nothing is removed.
 *
 * @throws CodedError `MIGRATOR.BACKUP_UNREADABLE`, `MIGRATOR.PRUNE_UNSAFE`, `MIGRATOR.BACKUP_UNREMOVABLE`
 */
export async function pruneBackups(folder: string, options: PruneOptions): Promise<PruneResult> {
  const { dryRun = false, now = new Date(), onProgress = () => undefined } = options;
  const { backups, leftovers } = await findBackups(folder, now);
  const outdated = chooseOutdated(backups, options, now);
  const good: { file: string; proven: boolean }[] = [];
  for (const database of new Set(outdated.map((it) => it.database))) {
    const candidates = backups.filter((it) => it.database === database);
    good.push(await findGood(database, candidates, options.identities, onProgress));
  }
  const spared = new Set(good.map(({ file }) => file));
  const removed = outdated.filter(({ file }) => !spared.has(file)).reverse();
  const files = removed.map(({ file }) => file);
  if (!dryRun) await removeAll([...leftovers, ...files]);
  return {
    ...{ removed: files, leftovers, good, dryRun },
    kept: backups.filter(({ file }) => !files.includes(file)).map(({ file }) => file),
    bytes: removed.reduce((sum, it) => sum + it.bytes, 0),
  };
}

/** The newest that can be restored, as far as can be told. */
async function findGood(
  database: string,
  candidates: readonly FoundBackup[],
  identities: readonly string[],
  onProgress: (line: string) => void,
): Promise<{ file: string; proven: boolean }> {
  const faults: string[] = [];
  for (const { file } of candidates) {
    onProgress(`reading ${file}`);
    try {
      await inspectBackup(file, identities);
      return { file, proven: true };
    } catch (error) {
      if (!isCodedError(error)) throw error;
      if (error.code === 'MIGRATOR.BACKUP_LOCKED' && identities.length === 0) {
        return { file, proven: false };
      }
      faults.push(`${file}: ${error.code}.`);
    }
  }
  throw pruneUnsafe(database, faults);
}

async function removeAll(files: readonly string[]): Promise<void> {
  for (const [place, file] of files.entries()) {
    await rm(file, { force: true }).catch((error: unknown) => {
      const reason = (error as NodeJS.ErrnoException).code ?? 'an error';
      throw backupUnremovable(file, reason, place);
    });
  }
}
