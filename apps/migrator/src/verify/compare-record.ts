import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import { readApplied } from '../history/applied.ts';
import { readHistory } from '../history/read-history.ts';
import { compareHistory } from '../history/status.ts';
import { readObjects } from '../objects/read-objects.ts';
import { neededGrants } from '../roles/apply-grants.ts';
import { compareObjects } from './compare-objects.ts';
import type { Difference } from './difference.ts';

/** Compares what the database records with what stands on disk: migrations, objects and rights. */
export async function compareRecord(
  client: pg.Client,
  workspace: Workspace,
  manifest: SchemaManifest,
  target: DatabaseTarget,
): Promise<Difference[]> {
  const { pending, failed, edited, missing, squashed, partlySquashed } = compareHistory(
    readHistory(workspace),
    await readApplied(client),
  );
  const tell = (names: readonly string[], what: string) =>
    names.map((name): Difference => ({ kind: 'migration', name, what }));
  const auditor = target.sideRoles.find(({ kind }) => kind === 'auditor');
  const grants = await neededGrants(client, workspace, manifest, target);
  return [
    ...tell(pending, 'It is not applied.'),
    ...tell(failed, 'It was begun and did not finish.'),
    ...tell(edited, 'It was changed after it was applied.'),
    ...tell(missing, 'It is applied and not on disk.'),
    ...tell(squashed, 'It is applied under older names, and not recorded.'),
    ...tell(partlySquashed, 'A part of what it replaces is applied.'),
    ...(await compareObjects(client, readObjects(workspace, manifest), auditor?.role)),
    ...grants.map(({ role, sql }): Difference => ({ kind: 'rights', name: role, what: sql })),
  ];
}
