import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { compareCatalogs, withoutPartitions } from '../catalog/compare-catalogs.ts';
import { readCatalog, type DatabaseCatalog } from '../catalog/read-catalog.ts';
import { inWordsOf } from '../catalog/same-meaning.ts';
import { withConnection } from '../connection/connect.ts';
import { withReplayDatabase } from '../dev/replay-database.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { historyBroken } from '../errors.ts';
import { readApplied } from '../history/applied.ts';
import { readHistory } from '../history/read-history.ts';
import { compareHistory, type HistoryStatus } from '../history/status.ts';
import { hasRecord } from '../objects/object-record.ts';
import { readObjectState } from '../objects/read-object-state.ts';
import { readObjects } from '../objects/read-objects.ts';
import { readLeaving } from '../verify/leaving.ts';
import { verify } from '../verify/verify.ts';
import type { Difference } from '../verify/difference.ts';
import { buildExpectedCatalog } from './expected-catalog.ts';
import { proveWays, type ProvenWays } from './prove-ways.ts';

/** One thing that is not as the applied migrations and objects make it. */
export interface Drift {
  /** `index public.items_by_price` */
  readonly identity: string;
  readonly kind: string;
  /** The domain whose table or file it is; null for nobody's. */
  readonly domain: string | null;
  /** Definitions, as PostgreSQL prints them; null is absence. */
  readonly history: string | null;
  readonly database: string | null;
}

/** What {@link findDrift} found. */
export interface DriftReport extends ProvenWays {
  readonly drift: readonly Drift[];
  /** Where the database differs from the composed schema, pending migrations included. */
  readonly schema: readonly Difference[];
}

/** How {@link findDrift} runs. */
export interface DriftOptions {
  /** Leave the composed schema out, and compare with the history alone. */
  readonly skipSchema?: boolean;
  readonly onProgress?: (line: string) => void;
}

/**
 * Compares a database with what its applied migrations, objects and rights make in a database of
 * its own: functions, triggers, policies, grants, partitioned tables and comments too. Writes the SQL
 * to go either way, and runs it there to prove it. Changes nothing.
 *
 * @throws CodedError `MIGRATOR.HISTORY_BROKEN`, `MIGRATOR.REPLAY_NOT_PERMITTED`, `MIGRATOR.DATABASE_FAULT`
 */
export async function findDrift(
  workspace: Workspace,
  target: DatabaseTarget,
  { skipSchema = false, onProgress = () => undefined }: DriftOptions = {},
): Promise<DriftReport> {
  const manifest = loadManifest(workspace);
  const history = readHistory(workspace);
  const objects = readObjects(workspace, manifest);
  const found = await withConnection(target.ownerUrl, async (client) => {
    const status = compareHistory(history, await readApplied(client));
    refuseBroken(status);
    const state = await readObjectState(client, objects);
    const files = await readFiles(client);
    const drifted = new Set(state.drift.map(({ file }) => file));
    const pending = new Set(state.pending.map(({ file }) => file).filter((it) => !drifted.has(it)));
    const ignored = [...files]
      .filter(([, file]) => pending.has(file))
      .map(([identity]) => identity);
    const { comments } = await readLeaving(client, workspace, manifest);
    const left = [...ignored, ...state.left, ...comments];
    return {
      ...{ applied: new Set(status.applied), pending, files },
      catalog: known(await readCatalog(client), left),
      ignored: left,
    };
  });
  onProgress('building what the history makes, in a database of its own');
  const compared = await withReplayDatabase(target, async (replay) => {
    const built = await buildExpectedCatalog(replay, {
      ...{ workspace, manifest, target },
      migrations: history.filter(({ name }) => found.applied.has(name)),
      objects: objects.filter(({ file }) => !found.pending.has(file)),
    });
    const expected = known(built, found.ignored);
    const actual = await inWordsOf(expected, found.catalog);
    const drift = compareCatalogs(expected, actual).map(
      ({ identity, kind, relation, left, right }): Drift => ({
        ...{ identity, kind, history: left, database: right },
        domain: domainOf(manifest, relation, found.files.get(identity)),
      }),
    );
    onProgress(`${drift.length} difference(s); trying the SQL of both ways`);
    return { drift, ...(await proveWays(replay.client, expected, actual)) };
  });
  const schema = skipSchema
    ? []
    : (await verify(workspace, target, { skipOrphans: true })).differences;
  return { ...compared, schema };
}

function refuseBroken({ failed, missing, edited, partlySquashed }: HistoryStatus): void {
  const problems = [
    ...partlySquashed.map((name) => `A part of what ${name} replaces is applied.`),
    ...failed.map((name) => `${name} was begun and did not finish.`),
    ...missing.map((name) => `${name} is applied and not on disk.`),
    ...edited.map((name) => `${name} was changed after it was applied.`),
  ];
  if (problems.length > 0) {
    throw historyBroken(problems, 'Run `pnpm migrator status`, then `pnpm migrator resolve`.');
  }
}

/** Partitions come and go with time; rights of the schema itself are `roles sync`'s. */
function known(catalog: DatabaseCatalog, ignored: readonly string[]): DatabaseCatalog {
  const left = new Set(ignored);
  const isOfIgnored = (identity: string) =>
    ignored.some((it) => identity.endsWith(it.slice(it.indexOf(' '))));
  return new Map(
    [...withoutPartitions(catalog)].filter(
      ([identity, { kind }]) =>
        !left.has(identity) &&
        !(kind === 'rights' && / on (schema|default) /.test(identity)) &&
        !(ignored.length > 0 && /^(rights|owner|comment)$/.test(kind) && isOfIgnored(identity)),
    ),
  );
}

/** The file that made each object. */
async function readFiles(client: pg.Client): Promise<Map<string, string>> {
  if (!(await hasRecord(client))) return new Map();
  const { rows } = await client.query<{ identity: string; file: string }>(
    'select k as identity, file from migrator.objects, jsonb_object_keys(objects) k',
  );
  return new Map(rows.map(({ identity, file }) => [identity, file]));
}

function domainOf(
  { models, domains }: SchemaManifest,
  relation: string | null,
  file: string | undefined,
): string | null {
  const model = models.find(({ table }) => table === relation);
  const owner = domains.find(({ directory }) => file?.startsWith(`${directory}/`) === true);
  return model?.domain ?? owner?.name ?? null;
}
