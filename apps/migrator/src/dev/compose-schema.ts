import type { Workspace } from '../environment/workspace.ts';
import { schemaInvalid } from '../errors.ts';

/**
 * Composes the fragments as they are now, so that a migration never follows from yesterday's schema.
 *
 * @throws CodedError `MIGRATOR.SCHEMA_INVALID` with every fault of the fragments
 */
export async function composeSchema({ root }: Workspace): Promise<void> {
  const composer = await import('@holovitals/schema-composer');
  const composition = composer.composeWorkspace({ root });
  if (composition.output === null) {
    throw schemaInvalid(composer.formatDiagnostics(composition.diagnostics));
  }
  composer.writeComposition(composition, { root });
}
