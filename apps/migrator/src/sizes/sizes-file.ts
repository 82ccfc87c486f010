import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { Workspace } from '../environment/workspace.ts';
import { sizesUnreadable } from '../errors.ts';
import type { EarlierSizes } from './compare-sizes.ts';
import type { SizesReport } from './read-sizes.ts';

const earlierSchema = z.object({
  takenAt: z.iso.datetime(),
  database: z.string(),
  databaseBytes: z.number(),
  tables: z.array(z.object({ schema: z.string(), table: z.string(), totalBytes: z.number() })),
});

/**
 * Reads a report that `sizes --json` printed of the same database.
 *
 * @throws CodedError `MIGRATOR.SIZES_UNREADABLE`
 */
export function readSizesFile(file: string, database: string): EarlierSizes {
  const parsed = earlierSchema.safeParse(readJson(file));
  if (!parsed.success) throw sizesUnreadable(file, 'It is not as `sizes --json` prints it.');
  if (parsed.data.database !== database) {
    throw sizesUnreadable(file, `They are of the database ${parsed.data.database}.`);
  }
  return parsed.data;
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    throw sizesUnreadable(file, `It cannot be read: ${code}.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw sizesUnreadable(file, 'It is not JSON.');
  }
}

/** Where the sizes of the last run are kept: by server and database, beside the workspace's own data. */
export function lastSizesFile(workspace: Workspace, ownerUrl: string, database: string): string {
  const name = `${new URL(ownerUrl).host}-${database}`;
  return path.join(workspace.root, '.data', 'sizes', `${encodeURIComponent(name)}.json`);
}

/** Reads the sizes of the last run; undefined where there are none that can be compared with. */
export function readLastSizes(file: string, database: string): EarlierSizes | undefined {
  try {
    return existsSync(file) ? readSizesFile(file, database) : undefined;
  } catch {
    // The next run writes it anew.
    return undefined;
  }
}

/** Keeps a report for the next run, whole or not at all; tells the reason where it cannot. */
export function keepSizes(file: string, report: SizesReport): string | undefined {
  const partial = `${file}.${process.pid}.partial`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(partial, JSON.stringify(report), { mode: 0o600 });
    renameSync(partial, file);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'an error';
  }
}
