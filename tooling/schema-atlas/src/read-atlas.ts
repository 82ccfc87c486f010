import {
  composeWorkspace,
  formatDiagnostics,
  type SchemaManifest,
} from '@holovitals/schema-composer';
import { readWorkspacePackages } from '@holovitals/schema-release';
import { schemaInvalid } from './errors.ts';
import { readHistory, type MigrationEntry } from './history/read-history.ts';

/** What the site shows. */
export interface Atlas {
  readonly manifest: SchemaManifest;
  /** Oldest first. */
  readonly migrations: readonly MigrationEntry[];
  /** Of each domain, by its name. */
  readonly owners: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a workspace: its composed schema, its migrations and who owns what.
 *
 * @throws CodedError `ATLAS.SCHEMA_INVALID`
 */
export async function readAtlas(root: string): Promise<Atlas> {
  const { output, diagnostics } = composeWorkspace({ root });
  if (output === null) throw schemaInvalid(formatDiagnostics(diagnostics));
  const owners = new Map(
    readWorkspacePackages(root).flatMap(({ domain, owners: names }) =>
      domain === null ? [] : [[domain, names] as const],
    ),
  );
  return { manifest: output.manifest, migrations: await readHistory(root), owners };
}
