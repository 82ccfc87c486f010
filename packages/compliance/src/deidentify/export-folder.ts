import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { exportFolderTaken, exportUnwritten } from '../errors.ts';

/** Where an export goes: a folder that is there whole, or not at all. */
export interface ExportFolder {
  /** Appends lines to a file, which is readable by its owner alone. */
  append(name: string, lines: readonly string[]): Promise<void>;
  /** Gives the folder its name, when all of it is on the disk. */
  finish(): Promise<void>;
  /** Removes what was written. */
  discard(): Promise<void>;
}

/**
 * Begins an export beside its place. One that a crash cut short stays there as `FOLDER.partial-…`.
 *
 * @throws CodedError `COMPLIANCE.EXPORT_FOLDER_TAKEN`, `COMPLIANCE.EXPORT_UNWRITTEN`
 */
export async function beginFolder(folder: string): Promise<ExportFolder> {
  const place = path.resolve(folder);
  if (await isThere(place)) throw exportFolderTaken();
  const partial = `${place}.partial-${randomBytes(4).toString('hex')}`;
  await orUnwritten(() => mkdir(partial, { recursive: true, mode: 0o700 }));
  return {
    append: (name, lines) =>
      orUnwritten(async () => {
        const file = await open(path.join(partial, name), 'a', 0o600);
        try {
          await file.appendFile(lines.map((line) => `${line}\n`).join(''));
          await file.sync();
        } finally {
          await file.close();
        }
      }),
    async finish() {
      if (await isThere(place)) throw exportFolderTaken();
      await orUnwritten(() => rename(partial, place));
    },
    discard: () => rm(partial, { recursive: true, force: true }),
  };
}

async function isThere(place: string): Promise<boolean> {
  return await lstat(place).then(
    () => true,
    () => false,
  );
}

async function orUnwritten<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw exportUnwritten();
  }
}
