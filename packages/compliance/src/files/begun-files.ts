import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CommandContext } from '../command/package-command.ts';

/** What a file is named for as long as nothing in the database names it. */
const BEGUN = '.begun';

/** Where to write a file that is to have a name once it is recorded. */
export function begunName(file: string): string {
  return `${file}${BEGUN}`;
}

/** Gives a file its name: what it holds is recorded. */
export function nameFile(file: string): Promise<void> {
  return rename(begunName(file), file);
}

/** The same where a run was cut off between both; a file that has its name is left as it is. */
export async function nameIfBegun(file: string): Promise<void> {
  if (!existsSync(file) && existsSync(begunName(file))) await nameFile(file);
}

/** Sets a file aside that is not what was written, for who finds out why. */
export function setAside(file: string): Promise<void> {
  return rename(begunName(file), `${file}.unproven`);
}

/**
 * Settles the files that a run which was cut off left in a folder: one that was recorded gets its
 * name, any other is removed, with what was written of it. To be called under the lock of the command
 * that writes them.
 *
 * @param isOurs whether this database's command writes files of this name
 * @param isRecorded whether the database names the file
 */
export async function settleFiles(
  { say }: Pick<CommandContext, 'say'>,
  folder: string,
  {
    isOurs,
    isRecorded,
  }: {
    readonly isOurs: (name: string) => boolean;
    readonly isRecorded: (name: string) => Promise<boolean>;
  },
): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    const { name, isWhole } = readEntry(entry);
    if (name === null || !isOurs(name)) continue;
    const file = path.resolve(folder, name);
    if (isWhole && (await isRecorded(name))) {
      await nameFile(file);
      say(`named     ${name}, which a run that was cut off had recorded`);
    } else {
      await rm(path.resolve(folder, entry), { force: true });
      if (isWhole) say(`removed   ${name}, which a run that was cut off had not recorded`);
    }
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A part that is still written stands behind a dot, as `.NAME.begun.0a1b2c3d.partial`. */
function readEntry(entry: string) {
  const [, whole, part] =
    /^(?:([^.].*)\.begun|\.(.+)\.begun\.[0-9a-f]+\.partial)$/.exec(entry) ?? [];
  return { name: whole ?? part ?? null, isWhole: whole !== undefined };
}
