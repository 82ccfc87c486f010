import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printJson, talk } from '../output.ts';
import { seed as runSeed } from '../seed/seed.ts';

export async function seed(options: {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}): Promise<void> {
  const workspace = openWorkspace();
  const result = await runSeed(workspace, await resolveTarget(workspace), {
    dryRun: options.dryRun === true,
    onProgress: talk,
  });
  if (options.json) return printJson({ ...result, dryRun: options.dryRun === true });
  const { inserted, updated, unchanged, kept } = result;
  for (const row of kept) talk(`kept as people changed it: ${row}`);
  talk(
    `seeds: ${inserted} inserted, ${updated} updated, ${unchanged} unchanged, ${kept.length} kept`,
  );
}
