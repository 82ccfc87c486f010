import type { SchemaManifest } from '@holovitals/schema-composer';
import { withConnection } from '../connection/connect.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { readBackfillRecords } from './backfill-record.ts';
import { countRowsLeft } from './estimate-rows.ts';
import type { BackfilledTable } from './key-range.ts';
import { loadBackfill } from './load-backfill.ts';
import { chooseBackfills } from './run-backfills.ts';

/** What a run of a backfill would do. */
export interface BackfillPreview {
  readonly name: string;
  readonly table: string;
  /** The columns along which it goes. */
  readonly key: readonly string[];
  /** Counted, not estimated. */
  readonly rowsLeft: number;
  /** The keys of the first and the last of these rows; null where the schema lets nobody log them. */
  readonly range: { readonly from: readonly string[]; readonly to: readonly string[] } | null;
  /** The SQL of the backfill, or its compiled module's. */
  readonly sql: string;
}

/**
 * Tells what a run of backfills would do, and changes nothing. It counts: the tables are read.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_UNKNOWN`, `MIGRATOR.BACKFILL_INVALID`
 */
export async function previewBackfills(
  workspace: Workspace,
  target: DatabaseTarget,
  names: readonly string[] | undefined,
): Promise<BackfillPreview[]> {
  const manifest = loadManifest(workspace);
  const backfills = chooseBackfills(workspace, names);
  return withConnection(target.ownerUrl, async (client) => {
    const records = await readBackfillRecords(client);
    const previews: BackfillPreview[] = [];
    for (const backfill of backfills) {
      const { name, text } = backfill;
      const { table } = await loadBackfill(client, workspace, backfill);
      const record = records.get(name);
      const isDone = record !== undefined && record.completedAt !== null;
      const left =
        isDone && table.remaining === null
          ? { rows: 0, from: null, to: null }
          : await countRowsLeft(client, table, record?.cursor ?? null);
      const { rows: rowsLeft, from, to } = left;
      previews.push({
        ...{
          name,
          table: table.identity,
          key: table.key.map((it) => it.name),
          rowsLeft,
          sql: text,
        },
        range: from === null || to === null || !mayLog(manifest, table) ? null : { from, to },
      });
    }
    return previews;
  });
}

/** Keys are shown only where the schema says of each of their columns that it may be logged. */
function mayLog({ models, classifications }: SchemaManifest, { identity, key }: BackfilledTable) {
  const model = models.find(({ table }) => [table, `"${table}"`].includes(withoutSchema(identity)));
  return key.every(({ name }) => {
    const field = model?.fields.find(({ column }) => column === name);
    return field !== undefined && classifications[field.classification ?? '']?.log === true;
  });
}

function withoutSchema(identity: string): string {
  return identity.replace(/^public\./, '');
}
