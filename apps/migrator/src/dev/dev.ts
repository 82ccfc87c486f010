import { readFileSync } from 'node:fs';
import type { SchemaManifest } from '@holovitals/schema-composer';
import { openSchemaEngine, type SchemaState } from '@holovitals/schema-engine';
import { refusePooler } from '../connection/detect-pooler.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { dataLoss, nameInvalid } from '../errors.ts';
import { readHistory, type Migration } from '../history/read-history.ts';
import type { ScriptFindings } from '../lint/finding.ts';
import { lintFollowing } from '../lint/lint-migrations.ts';
import { allowAccepted, beyondAccepted } from './allow-accepted.ts';
import type { LossReport } from './find-losses.ts';
import {
  planMigration,
  readEnds,
  replayHistory,
  type MigrationPlan,
  type Structure,
} from './plan-migration.ts';
import type { RenameWord } from './renames/choose-renames.ts';
import { findRenames } from './renames/find-renames.ts';
import { planRenamed, renamed } from './renames/plan-renamed.ts';
import { REST } from './safe-form/cut-series.ts';
import { withReplayDatabase } from './replay-database.ts';
import { seriesNames, writeMigrationFiles } from './write-migration.ts';

/** How {@link writeMigration} runs. */
export interface DevOptions {
  /** Lower-case words with underscores. */
  readonly name: string;
  /** Write it although it destroys data. */
  readonly acceptDataLoss?: boolean;
  /** Which renames are meant; what may be one and is not decided is refused. */
  readonly renaming?: RenameWord;
}

/** A change as it was written. */
export interface WrittenMigration {
  /** The migration, or the first of several. */
  readonly name: string;
  /** All of them, in their order. */
  readonly names: readonly string[];
  /** Those that drop what the release before still uses, which `deploy` holds back until it is out. */
  readonly contracts: readonly string[];
  /** Data that it destroys. */
  readonly losses: readonly string[];
  /** What the server will refuse where rows stand in the way. */
  readonly warnings: readonly string[];
  /** What `deploy` will say, or refuse, where the tables are large. */
  readonly findings: readonly string[];
  /** Why `down.sql` does not lead back, where it does not. */
  readonly irreversible: string | null;
}

/** A change as it was written; null where the schema has none. */
export type DevResult = WrittenMigration | null;

/**
 * Writes the migration that leads from the end of the history to the composed schema, with its way
 * back and its seal. Nothing is written when data would be lost and that was not accepted.
 *
 * @throws CodedError `MIGRATOR.NAME_INVALID`, `MIGRATOR.RENAME_UNDECIDED`, `MIGRATOR.RENAME_UNKNOWN`, `MIGRATOR.DATA_LOSS`, `MIGRATOR.ANNOTATION_INVALID`,
 * `MIGRATOR.HISTORY_NOT_REPLAYABLE`, `MIGRATOR.CHANGE_UNSUPPORTED`, `MIGRATOR.CHANGE_REFUSED`, `MIGRATOR.REPLAY_NOT_PERMITTED`,
 * `MIGRATOR.POOLER_REFUSED`, `ENGINE.*`
 */
export async function writeMigration(
  workspace: Workspace,
  target: DatabaseTarget,
  options: DevOptions,
): Promise<DevResult> {
  if (!/^[a-z0-9][a-z0-9_]{0,80}$/.test(options.name)) throw nameInvalid(options.name);
  const manifest = loadManifest(workspace);
  const history = readHistory(workspace);
  await refusePooler(target);
  const word = options.renaming ?? { renames: [] };
  const plan = await withReplayDatabase(target, (replay) =>
    planRenamed(manifest, word, async (renames) => {
      const past = renames.length === 0 ? history : [...history, renamed(renames)];
      const structure = await readStructure(workspace, target, past).catch(
        // The engine's own words on a history that does not run name no migration.
        async (error: unknown) => {
          await replay.wipe();
          await replayHistory(replay.client, past);
          throw error;
        },
      );
      const ends = await readEnds(replay, manifest, past, structure);
      return {
        possible: findRenames(ends.before, ends.wanted),
        plan: () => planMigration(replay, manifest, past, { ...ends, structure }),
      };
    }),
  );
  const { parts, losses, warnings, removed } = plan;
  if (parts.length === 0) return null;
  if (losses.length > 0 && options.acceptDataLoss !== true) throw dataLoss(losses);
  const topics = parts.map(({ topic }) => topic);
  const names = seriesNames(history, options.name, topics);
  const contracts = names.filter((_, place) => parts[place]?.isContract === true);
  const domains = domainsOf(manifest, plan);
  const judged = await lintFollowing(
    workspace,
    history,
    parts.map(({ up }) => up),
  );
  writeMigrationFiles(
    workspace,
    parts.map(({ up, down, irreversible, isContract }, place) => ({
      name: names[place] ?? '',
      up: allowed(up, judged[place]),
      down,
      meta: {
        ...metaOf(domains, reportOf(plan, place), irreversible),
        ...seriesOf(names, place, contracts),
        ...(isContract && { contract: { columns: removed } }),
      },
    })),
  );
  const reasons = parts.flatMap(({ irreversible }) => irreversible ?? []);
  const irreversible = reasons.length === 0 ? null : reasons.join(' ');
  const findings = judged.flatMap((found, place) =>
    beyondAccepted(found).map(
      ({ severity, rule, message }) => `${names[place]}: ${severity} ${rule}: ${message}`,
    ),
  );
  return { name: names[0] ?? '', names, contracts, losses, warnings, findings, irreversible };
}

/** The change that a part belongs to: a contract comes with another release, and goes without the rest. */
function seriesOf(names: readonly string[], place: number, contracts: readonly string[]) {
  const [first] = contracts.includes(names[place] ?? '') ? contracts : names;
  return names[place] === first ? {} : { seriesOf: first };
}

/** What a part of a plan does to rows: columns go with the last of them, all else is of the rest. */
function reportOf({ parts, losses, warnings, removed }: MigrationPlan, place: number): LossReport {
  const dropped = removed.map(({ table, column }) => `Column ${table}.${column} is dropped.`);
  const main = Math.max(
    0,
    parts.findIndex(({ topic }) => topic === REST),
  );
  return {
    losses: losses.filter((it) => place === (dropped.includes(it) ? parts.length - 1 : main)),
    warnings: place === main ? warnings : [],
  };
}

function allowed(script: string, found: ScriptFindings | undefined): string {
  return found === undefined ? script : allowAccepted(script, found);
}

/** Asks Prisma's engine; of annotations it knows nothing. */
async function readStructure(
  workspace: Workspace,
  target: DatabaseTarget,
  history: readonly Migration[],
): Promise<Structure> {
  const shadowUrl = process.env['SHADOW_DATABASE_URL'] || undefined;
  const before: SchemaState =
    history.length === 0
      ? { kind: 'empty' }
      : { kind: 'history', migrations: history.map(({ name, sql }) => ({ name, sql })) };
  const after: SchemaState = {
    kind: 'schema',
    files: [{ path: 'schema.prisma', content: readFileSync(workspace.schemaFile, 'utf8') }],
  };
  const engine = await openSchemaEngine(
    history.length === 0 ? undefined : { url: target.ownerUrl, shadowUrl },
  );
  try {
    const whole = withoutEmpty(await engine.diff({ kind: 'empty' }, after));
    return {
      whole,
      up: history.length === 0 ? whole : withoutEmpty(await engine.diff(before, after)),
      down: withoutEmpty(await engine.diff(after, before)),
    };
  } finally {
    await engine.close();
  }
}

/** The domains whose tables the parts name. */
function domainsOf(manifest: SchemaManifest, { parts }: MigrationPlan): string[] {
  const script = parts.map(({ up }) => up).join('\n');
  const touched = new Set(
    [
      ...script.matchAll(
        /(?:TABLE|ON) (?:ONLY )?(?:IF EXISTS )?(?:"?public"?\.)?"((?:[^"]|"")+)"/g,
      ),
    ].map(([, name]) => name?.replaceAll('""', '"')),
  );
  return manifest.domains
    .map(({ name }) => name)
    .filter((domain) =>
      manifest.models.some((model) => model.domain === domain && touched.has(model.table)),
    );
}

function metaOf(
  domains: readonly string[],
  { losses, warnings }: LossReport,
  irreversible: string | null,
): object {
  return {
    domains,
    reversible: losses.length === 0 && irreversible === null,
    losses,
    ...(warnings.length > 0 && { warnings }),
    ...(irreversible !== null && { irreversible }),
  };
}

/** Prisma says "empty" in a comment. */
function withoutEmpty(sql: string): string {
  return /^\s*-- This is an empty migration\.\s*$/.test(sql) ? '' : sql.trim();
}
