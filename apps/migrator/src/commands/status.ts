import { describeHeld } from '../contract/held-contracts.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson } from '../output.ts';
import { readStatus } from '../history/read-status.ts';
import type { SchemaHashes } from '../history/schema-record.ts';

export async function status(options: { readonly json?: boolean }): Promise<void> {
  const workspace = openWorkspace();
  const result = await readStatus(workspace, (await resolveTarget(workspace)).ownerUrl);
  if (!result.upToDate) process.exitCode = 3;
  if (options.json) return printJson(result);
  const { upToDate, schema, applied, driftedObjects, waitingMigrations, heldContracts, ...rest } =
    result;
  const drifted = driftedObjects.map(
    ({ file, object, state: how }) => `${object} of ${file}: ${how}`,
  );
  const waiting = waitingMigrations.map(
    ({ migration, backfills }) => `${migration} for ${backfills.join(', ')}`,
  );
  const held = heldContracts.map(describeHeld);
  const lines = Object.entries({
    ...{ ...rest, driftedObjects: drifted, waitingMigrations: waiting, heldContracts: held },
  })
    .filter(([, names]) => names.length > 0)
    .map(([kind, names]) => `${kind}\n${names.map((name) => `  ${name}`).join('\n')}`);
  printData(
    [
      upToDate
        ? `up to date: ${applied.length} migration(s) applied`
        : `applied: ${applied.length}`,
      describeSchema(schema),
      ...lines,
    ].join('\n'),
  );
}

function describeSchema({ database, workspace }: SchemaHashes): string {
  if (database === workspace) return `schema ${database}`;
  return `schema ${database ?? 'of no release'}, and of the workspace ${workspace}`;
}
