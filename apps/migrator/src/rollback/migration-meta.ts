import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isCodedError } from '@holovitals/errors';
import * as z from 'zod';
import type { Workspace } from '../environment/workspace.ts';
import { migrationUnreadable } from '../errors.ts';

const metaSchema = z.object({
  reversible: z.boolean().optional(),
  irreversible: z.string().optional(),
  losses: z.array(z.string()).optional(),
  seriesOf: z.string().optional(),
});

/** What a migration's `meta.json` says about its way back. */
export type MigrationMeta = z.infer<typeof metaSchema>;

/**
 * Reads `meta.json`; empty where there is none.
 *
 * @throws CodedError `MIGRATOR.MIGRATION_UNREADABLE`
 */
export function readMeta(workspace: Workspace, name: string): MigrationMeta {
  const file = path.join(workspace.migrationsDirectory, name, 'meta.json');
  if (!existsSync(file)) return {};
  try {
    return metaSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    const why = 'Its meta.json is not JSON, or a value in it has the wrong type.';
    throw migrationUnreadable(name, why, 'meta.json');
  }
}

/**
 * The first migration of the change that a migration is a part of: itself where it is alone, or its
 * meta.json cannot be read, which is told where it matters.
 */
export function firstOfChange(workspace: Workspace, name: string): string {
  try {
    return readMeta(workspace, name).seriesOf ?? name;
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return name;
  }
}
