import { readFileSync } from 'node:fs';
import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import type { Difference } from './difference.ts';
import { isOfLeaving, type Leaving } from './leaving.ts';

/** Asks the schema engine for what no other comparison looks at: defaults, operator classes. */
export async function askEngine(
  workspace: Workspace,
  manifest: SchemaManifest,
  target: DatabaseTarget,
  leaving: Leaving,
): Promise<Difference[]> {
  // It does not know the indexes that SQL declares, and would drop those on plain columns.
  const drops = new Set(
    manifest.models.flatMap(({ sqlIndexes }) =>
      sqlIndexes.map(({ name }) => `DROP INDEX ${pg.escapeIdentifier(name)}`),
    ),
  );
  const { openSchemaEngine } = await import('@holovitals/schema-engine');
  const engine = await openSchemaEngine({ url: target.ownerUrl });
  try {
    const files = [{ path: 'schema.prisma', content: readFileSync(workspace.schemaFile, 'utf8') }];
    const sql = await engine.diff({ kind: 'database', files }, { kind: 'schema', files });
    return sql
      .split(/;\s*$/m)
      .map((statement) =>
        statement
          .replaceAll(/^\s*--.*$/gm, '')
          .replaceAll(/\s+/g, ' ')
          .trim(),
      )
      .filter(
        (statement) =>
          statement !== '' && !drops.has(statement) && !isOfLeaving(statement, leaving),
      )
      .map((statement) => ({
        kind: 'engine',
        name: 'schema',
        what: `It would take: ${statement};`,
      }));
  } finally {
    await engine.close();
  }
}
