import type pg from 'pg';
import {
  compareCatalogs,
  describeDifference,
  type CatalogDifference,
} from '../catalog/compare-catalogs.ts';
import { readCatalog, type DatabaseCatalog } from '../catalog/read-catalog.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { replayHistory } from '../dev/plan-migration.ts';
import { withReplayDatabase } from '../dev/replay-database.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import { historyNotReplayable } from '../errors.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import { readHistory } from '../history/read-history.ts';
import { readWayBack } from '../rollback/choose-migrations.ts';
import { runScript } from '../statements/run-script.ts';
import { checksumTables, differingTables, type TableChecksum } from './checksum-tables.ts';
import { fillTables } from './fill-tables.ts';

/** Why a migration may be one-way: nothing else is accepted. */
export type OneWayReason = 'enum-value-added' | 'data-destroyed';

/** What the proof found of one migration. */
export interface ReversibilityProof {
  readonly name: string;
  readonly verdict: 'reversible' | 'one-way' | 'broken';
  readonly reason: OneWayReason | null;
  /** What the way back leaves different, or why it does not run. */
  readonly findings: readonly string[];
  /** Tables that held rows while it was tried, and all tables there were. */
  readonly tablesWithRows: number;
  readonly tables: number;
}

/** How {@link proveReversible} runs. */
export interface ProofOptions {
  readonly onProgress?: (line: string) => void;
}

interface State {
  readonly catalog: DatabaseCatalog;
  readonly rows: ReadonlyMap<string, TableChecksum>;
}

/** A value is missing, there twice where it must be unique, or refers to a row that was dropped. */
const UNKNOWN_VALUES = new Set(['23502', '23503', '23505']);
const SIDES = ['before it', 'after its way back'] as const;

/**
 * Proves for each migration of the history, in a database of its own with made-up rows, that up and
 * down leads to the same catalog and the same rows, and that up can be run again to the same catalog.
 * One-way is accepted where a value of an enum was added or data destroyed, and `meta.json` says so.
 *
 * @throws CodedError `MIGRATOR.HISTORY_NOT_REPLAYABLE`, `MIGRATOR.REPLAY_NOT_PERMITTED`,
 * `MIGRATOR.MIGRATION_UNREADABLE`
 */
export async function proveReversible(
  workspace: Workspace,
  target: DatabaseTarget,
  { onProgress = () => undefined }: ProofOptions = {},
): Promise<ReversibilityProof[]> {
  const history = readHistory(workspace);
  return withReplayDatabase(target, async (replay) => {
    const { client } = replay;
    await replay.wipe();
    const proofs: ReversibilityProof[] = [];
    for (const [place, { name, sql, sealed }] of history.entries()) {
      onProgress(`${place + 1} of ${history.length}: ${name}`);
      const up = withoutByteOrderMark(sql);
      const { sql: down, irreversible } = readWayBack(workspace, name, !sealed);
      const { before, after } = await goUp(client, name, up);
      const admitted = irreversible !== null;
      const proof = await prove(client, { up, down, before, after, admitted });
      const tablesWithRows = [...before.rows.values()].filter(({ rows }) => rows > 0).length;
      proofs.push({ name, ...proof, tablesWithRows, tables: before.rows.size });
      if (place === history.length - 1) break;
      if (proof.verdict === 'broken') {
        await replay.wipe();
        await replayHistory(client, history.slice(0, place + 1));
      }
      await fillTables(client);
    }
    return proofs;
  });
}

interface Trial {
  readonly up: string;
  readonly down: string;
  readonly before: State;
  readonly after: State;
  /** `meta.json` says that it is one-way. */
  readonly admitted: boolean;
}

async function prove(
  client: pg.Client,
  { up, down, before, after, admitted }: Trial,
): Promise<Pick<ReversibilityProof, 'verdict' | 'reason' | 'findings'>> {
  const broken = (findings: readonly string[]) =>
    ({ verdict: 'broken', reason: null, findings }) as const;
  let missing: string | null;
  try {
    missing = await goDown(client, down, admitted);
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    return broken([`down.sql does not run: ${describeDatabaseError(error, down)}`]);
  }
  const back = await readState(client);
  const catalog = compareCatalogs(before.catalog, back.catalog);
  const rows = differingTables(before.rows, back.rows);
  const findings = [
    ...catalog.map((it) => describeDifference(it, SIDES)),
    ...(missing === null ? rows.map((table) => `rows of ${table} differ`) : [missing]),
  ];
  const reason = reasonOf(catalog, rows);
  if (findings.length > 0 && (reason === null || !admitted)) {
    return broken(
      reason === null ? findings : [...findings, 'meta.json says that it is reversible'],
    );
  }
  try {
    await runScript(client, up);
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    // The value of an enum that stays cannot be added again.
    if (reason !== 'enum-value-added') {
      return broken([`up does not run again: ${describeDatabaseError(error, up)}`]);
    }
  }
  const again = compareCatalogs(after.catalog, (await readState(client)).catalog);
  if (again.length > 0) {
    return broken(again.map((it) => describeDifference(it, ['the first up', 'the second'])));
  }
  return findings.length === 0
    ? { verdict: 'reversible', reason: null, findings }
    : { verdict: 'one-way', reason, findings };
}

/**
 * Goes down over the rows. Where a required or unique column was dropped nobody knows its values any
 * more: then without rows, which is a way back from destroyed data. Answers what stands in the way.
 */
async function goDown(client: pg.Client, down: string, admitted: boolean): Promise<string | null> {
  try {
    await runScript(client, down);
    return null;
  } catch (error) {
    if (!admitted || !UNKNOWN_VALUES.has((error as { code?: string }).code ?? '')) throw error;
    await emptyTables(client);
    await runScript(client, down);
    return `down.sql runs without rows only: ${describeDatabaseError(error, down)}`;
  }
}

/** The listed reason that explains everything that differs, if there is one. */
function reasonOf(
  catalog: readonly CatalogDifference[],
  rows: readonly string[],
): OneWayReason | null {
  const onlyEnums = catalog.every(
    ({ kind, left, right }) =>
      kind === 'enum' && left !== null && right !== null && isLonger(left, right),
  );
  if (catalog.length > 0) return onlyEnums && rows.length === 0 ? 'enum-value-added' : null;
  return rows.length > 0 ? 'data-destroyed' : null;
}

/** Every value of the one list stands in the other. */
function isLonger(left: string, right: string): boolean {
  const values = new Set(right.split(', '));
  return left.split(', ').every((value) => values.has(value));
}

async function readState(client: pg.Client): Promise<State> {
  // Extensions stay: `IF NOT EXISTS` does not tell whether they were there before.
  const entries = [...(await readCatalog(client))].filter(
    ([identity, { kind }]) => kind !== 'extension' && !identity.startsWith('comment on extension '),
  );
  return { catalog: new Map(entries), rows: await checksumTables(client) };
}

/** Goes up over the made-up rows; where they stand in the way, as real ones might, without them. */
async function goUp(
  client: pg.Client,
  name: string,
  up: string,
): Promise<{ readonly before: State; readonly after: State }> {
  const before = await readState(client);
  try {
    await runScript(client, up);
    return { before, after: await readState(client) };
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    if (![...before.rows.values()].some(({ rows }) => rows > 0)) {
      throw historyNotReplayable(name, describeDatabaseError(error, up));
    }
  }
  await emptyTables(client);
  return goUp(client, name, up);
}

async function emptyTables(client: pg.Client): Promise<void> {
  const tables = [...(await checksumTables(client)).keys()];
  await client.query(`truncate ${tables.join(', ')} cascade`);
}
