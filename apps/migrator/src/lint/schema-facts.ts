import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type { Workspace } from '../environment/workspace.ts';
import { keyOf } from '../plan/locks/catalog.ts';

/** What the composed schema says of tables; they are named `schema.table`, quoted where they must be. */
export interface SchemaFacts {
  /** Tables of models. */
  readonly tables: ReadonlySet<string>;
  /** Those whose rows no deletion of another row may delete. */
  readonly protectedTables: ReadonlySet<string>;
  /** Those whose rows are only ever added. */
  readonly immutableTables: ReadonlySet<string>;
  /** Those that are to have row security. */
  readonly securedTables: ReadonlySet<string>;
  /** The classification of a column; undefined where no field of the schema has it. */
  classificationOf(table: string, column: string): string | undefined;
}

/** Reads what the manifest and the workspace's configuration say. */
export function readFacts(workspace: Workspace, manifest: SchemaManifest): SchemaFacts {
  const models = manifest.models.filter(({ view }) => view !== true);
  const key = (table: string) => keyOf('public', table);
  const tablesOf = (chosen: typeof models) => new Set(chosen.map(({ table }) => key(table)));
  const { classifications, models: names } = readNoCascade(workspace);
  const columns = new Map(
    models.flatMap(({ table, fields }) =>
      fields.map(({ column, classification }) => [`${key(table)} ${column}`, classification]),
    ),
  );
  return {
    tables: tablesOf(models),
    protectedTables: tablesOf(
      models.filter(
        ({ name, fields }) =>
          names.includes(name) ||
          fields.some(({ classification }) => classifications.includes(classification)),
      ),
    ),
    immutableTables: tablesOf(models.filter(({ immutable }) => immutable)),
    securedTables: tablesOf(models.filter(({ rowSecurity }) => rowSecurity)),
    classificationOf: (table, column) => columns.get(`${table} ${column}`),
  };
}

interface NoCascade {
  readonly classifications: readonly string[];
  readonly models: readonly string[];
}

function readNoCascade({ root }: Workspace): NoCascade {
  const file = path.join(root, 'schema.config.json');
  if (!existsSync(file)) return { classifications: [], models: [] };
  const { noCascadeInto = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
    noCascadeInto?: Partial<NoCascade>;
  };
  return {
    classifications: noCascadeInto.classifications ?? [],
    models: noCascadeInto.models ?? [],
  };
}
