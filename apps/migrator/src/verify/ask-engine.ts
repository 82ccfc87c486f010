import { readFileSync } from 'node:fs';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import type { Difference } from './difference.ts';

/** Asks the schema engine for what no other comparison looks at: defaults, operator classes. */
export async function askEngine(
  workspace: Workspace,
  target: DatabaseTarget,
): Promise<Difference[]> {
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
      .filter((statement) => statement !== '')
      .map((statement) => ({
        kind: 'engine',
        name: 'schema',
        what: `It would take: ${statement};`,
      }));
  } finally {
    await engine.close();
  }
}
