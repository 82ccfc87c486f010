import type pg from 'pg';
import type { Workspace } from '../environment/workspace.ts';
import { readBackfillRecords, type BackfillRecord } from './backfill-record.ts';
import type { Backfill } from './read-backfills.ts';
import { readRequired } from './required-backfills.ts';

/** Where a backfill stands: `waiting` was never begun, `stopped` was, and nobody runs it now. */
export type BackfillState = 'waiting' | 'running' | 'paused' | 'stopped' | 'complete';

/** A backfill of the workspace, and where it stands in a database. */
export interface BackfillStatus {
  readonly name: string;
  readonly kind: Backfill['kind'];
  readonly file: string;
  readonly hash: string;
  readonly state: BackfillState;
  /** The file is not the one that was begun. */
  readonly changed: boolean;
  /** Pending migrations that it must be complete for. */
  readonly requiredBy: readonly string[];
  /** What is recorded; null where it was never begun. */
  readonly record: {
    readonly table: string | null;
    readonly pass: number;
    readonly batches: number;
    readonly rows: number;
    readonly changed: number;
    readonly estimate: number | null;
    readonly startedAt: string;
    readonly completedAt: string | null;
  } | null;
}

/** A pending migration that a deploy would stop before. */
export interface WaitingMigration {
  readonly migration: string;
  /** `catalog/slugs: paused` */
  readonly backfills: readonly string[];
}

/** Tells where the backfills of a workspace stand. */
export async function readBackfillStatus(
  client: pg.Client,
  workspace: Workspace,
  backfills: readonly Backfill[],
  pending: readonly string[],
): Promise<BackfillStatus[]> {
  const records = await readBackfillRecords(client);
  const required = requiredBy(workspace, pending);
  return backfills.map(({ name, kind, file, hash }) => {
    const record = records.get(name);
    return {
      ...{ name, kind, file, hash, state: stateOf(record) },
      changed: record !== undefined && record.hash !== hash,
      requiredBy: required
        .filter(({ names }) => names.includes(name))
        .map(({ migration }) => migration),
      record: record === undefined ? null : describe(record),
    };
  });
}

/** Tells for which backfills pending migrations would wait. */
export async function readWaiting(
  client: pg.Client,
  workspace: Workspace,
  pending: readonly string[],
): Promise<WaitingMigration[]> {
  const required = requiredBy(workspace, pending);
  if (required.length === 0) return [];
  const records = await readBackfillRecords(client);
  const states = required.map(({ migration, names }) => ({
    migration,
    backfills: names
      .filter((name) => stateOf(records.get(name)) !== 'complete')
      .map((name) => `${name}: ${stateOf(records.get(name))}`),
  }));
  return states.filter(({ backfills }) => backfills.length > 0);
}

/** Lists what {@link readWaiting} would ask a database about, without one. */
export function listWaiting(workspace: Workspace, pending: readonly string[]): WaitingMigration[] {
  return requiredBy(workspace, pending).map(({ migration, names }) => ({
    migration,
    backfills: names.map((name) => `${name}: not known`),
  }));
}

function requiredBy(workspace: Workspace, pending: readonly string[]) {
  return pending
    .map((migration) => ({
      migration,
      names: readRequired(workspace, migration).map(({ backfill }) => backfill),
    }))
    .filter(({ names }) => names.length > 0);
}

function stateOf(record: BackfillRecord | undefined): BackfillState {
  if (record === undefined) return 'waiting';
  if (record.completedAt !== null) return 'complete';
  if (record.paused) return 'paused';
  return record.held ? 'running' : 'stopped';
}

function describe(record: BackfillRecord): BackfillStatus['record'] {
  const { table, pass, batches, rows, changed, estimate, startedAt, completedAt } = record;
  return {
    ...{ table, pass, batches, rows, changed, estimate },
    startedAt: startedAt.toISOString(),
    completedAt: completedAt?.toISOString() ?? null,
  };
}
