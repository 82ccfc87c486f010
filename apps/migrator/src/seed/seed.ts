import { isCodedError } from '@holovitals/errors';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { inTransaction, withConnection } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { databaseFault, seedInvalid } from '../errors.ts';
import { checkSeeds } from './check-seeds.ts';
import { readSeeds } from './read-seeds.ts';
import { modelOf, type SeedFile } from './seed-file.ts';
import { References } from './seed-values.ts';
import { writeRows, type SeedRun } from './write-rows.ts';

const LEDGER = `create schema if not exists migrator;
create table if not exists migrator.seeded_rows (
  model text not null,
  key text not null,
  hash text not null,
  primary key (model, key)
)`;

/** How {@link seed} runs. */
export interface SeedOptions {
  /** Tell what would be done and change nothing. */
  readonly dryRun?: boolean;
  /** Told what happens in long work. */
  readonly onProgress?: (line: string) => void;
}

/** What {@link seed} did. */
export interface SeedResult {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Rows that people changed: kept as they are, and named here. */
  readonly kept: readonly string[];
}

/**
 * Brings the packages' reference data into the database, in one transaction. A row that people
 * changed is kept; one that only we wrote follows its seed. A second run changes nothing. Files are
 * streamed: memory does not grow with them.
 *
 * @throws CodedError `MIGRATOR.SEED_INVALID` with every fault of every row, before anything is written
 */
export async function seed(
  workspace: Workspace,
  target: DatabaseTarget,
  options: SeedOptions = {},
): Promise<SeedResult> {
  const manifest = loadManifest(workspace);
  const problems: string[] = [];
  const seeds = readSeeds(workspace, manifest, problems);
  await checkSeeds(seeds, manifest, problems);
  if (problems.length > 0) throw seedInvalid(problems);
  return withConnection(target.ownerUrl, async (client) => {
    try {
      return await inTransaction(client, async () => {
        await client.query(LEDGER);
        await client.query('lock table migrator.seeded_rows in share row exclusive mode');
        const result = await writeAll(client, seeds, manifest, options);
        if (options.dryRun === true) await client.query('rollback');
        return result;
      });
    } catch (error) {
      if (isCodedError(error) || !isDatabaseError(error)) throw error;
      throw databaseFault('the seeds', describeDatabaseError(error));
    }
  });
}

async function writeAll(
  client: pg.Client,
  seeds: readonly SeedFile[],
  manifest: SchemaManifest,
  { onProgress }: SeedOptions,
): Promise<SeedResult> {
  const counts = { inserted: 0, updated: 0, unchanged: 0, kept: [] as string[] };
  const run: SeedRun = { client, references: new References(client, manifest), counts, faults: [] };
  for (const seed of seeds) {
    const model = modelOf(manifest, seed.model);
    if (model === undefined) continue;
    await writeRows(run, model, seed, (count) => onProgress?.(`${seed.file}: ${count} rows`));
  }
  if (run.faults.length > 0) throw seedInvalid(run.faults);
  return counts;
}
