import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { describeDatabaseError, isServerError } from '../connection/database-error.ts';
import { withoutGeneratedDefaults } from './annotation-ddl.ts';
import { differences } from './bridge-catalogs.ts';
import { buildScript, section } from './build-script.ts';
import { readSchemaCatalog, type SchemaCatalog } from './schema-catalog.ts';

/** The way back of a migration, tried. */
export interface PlannedWayBack {
  readonly down: string;
  /** Why `down.sql` does not lead back, where it does not. */
  readonly irreversible: string | null;
}

/** The way back is tried where the way there was: it must lead to the state before. */
export async function planWayBack(
  client: pg.Client,
  before: SchemaCatalog,
  manifest: SchemaManifest,
  structure: string,
): Promise<PlannedWayBack> {
  const after = await readSchemaCatalog(client);
  const made = manifest.models.filter(({ table }) => !before.tables.has(table));
  const schemas = made.flatMap(({ partitionBy }) => partitionBy?.partitionSchema ?? []);
  const drops = [...new Set(schemas)].map(
    (name) => `DROP SCHEMA IF EXISTS ${pg.escapeIdentifier(name)};`,
  );
  const plain = withoutGeneratedDefaults(structure, before.generated.values());
  const whole = [plain, section('-- Partitions', drops)].filter((part) => part !== '');
  const parts = { extensions: [], manifest, texts: new Map<string, string>(), enable: false };
  try {
    const down = await buildScript(client, after, before, {
      ...parts,
      structure: whole.join('\n\n'),
    });
    const left = differences(before, await readSchemaCatalog(client));
    return {
      down,
      irreversible: left.length === 0 ? null : `down.sql leaves a difference: ${left.join(', ')}.`,
    };
  } catch (error) {
    if (!isServerError(error)) throw error;
    return {
      down: whole.join('\n\n').concat('\n'),
      irreversible: `down.sql does not run as it is: ${describeDatabaseError(error)}`,
    };
  }
}
