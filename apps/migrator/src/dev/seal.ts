import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openSchemaEngine, type SchemaState } from '@holovitals/schema-engine';
import { readBackfills } from '../backfill/read-backfills.ts';
import { pinRequired } from '../backfill/required-backfills.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { readHistory, type Migration } from '../history/read-history.ts';
import { writeSums } from '../history/write-sums.ts';

/**
 * Writes the companions of migrations that lack them: the way back as Prisma sees it, and what is
 * known of them. `migration.sql` is left as it is; files that exist are kept, but that the hash of a
 * backfill is written where `meta.json` requires one without. Answers their names.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_UNKNOWN`
 */
export async function sealHistory(workspace: Workspace, target: DatabaseTarget): Promise<string[]> {
  const history = readHistory(workspace);
  const unsealed = history.filter(({ sealed }) => !sealed);
  if (unsealed.length === 0) {
    writeSums(workspace);
    return [];
  }
  const backfills = readBackfills(workspace, loadManifest(workspace));
  const engine = await openSchemaEngine({
    url: target.ownerUrl,
    shadowUrl: process.env['SHADOW_DATABASE_URL'] || undefined,
  });
  try {
    for (const migration of unsealed) {
      const index = history.indexOf(migration);
      const down = await engine.diff(
        stateAfter(history.slice(0, index + 1)),
        stateAfter(history.slice(0, index)),
      );
      const folder = path.join(workspace.migrationsDirectory, migration.name);
      writeMissing(path.join(folder, 'down.sql'), down);
      const meta = { domains: [], reversible: true, losses: [], madeBy: 'prisma' };
      writeMissing(path.join(folder, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`);
      pinRequired(workspace, migration.name, backfills);
    }
  } finally {
    await engine.close();
  }
  writeSums(workspace);
  return unsealed.map(({ name }) => name);
}

function stateAfter(history: readonly Migration[]): SchemaState {
  return history.length === 0
    ? { kind: 'empty' }
    : { kind: 'history', migrations: history.map(({ name, sql }) => ({ name, sql })) };
}

function writeMissing(file: string, text: string): void {
  if (!existsSync(file)) writeFileSync(file, text);
}
