import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printJson, talk } from '../output.ts';
import { rebase as runRebase } from '../rebase/rebase.ts';

export async function rebase(options: {
  readonly json?: boolean;
  readonly onto?: string;
  readonly dryRun?: boolean;
}): Promise<void> {
  const workspace = openWorkspace();
  const { onto, dryRun = false } = options;
  const result = await runRebase(workspace, await resolveTarget(workspace), {
    ...{ onto, dryRun },
    onProgress: talk,
  });
  if (options.json) return printJson(result);
  const { theirs, ours, renamed } = result;
  for (const { from, to } of renamed) talk(`  ${from} -> ${to}`);
  talk(`${ours.length} of ours after ${theirs.length} that ${result.onto} added`);
  talk(`${dryRun ? 'to rename' : 'renamed'}: ${renamed.length} migration(s)`);
  if (!dryRun) talk('now `git add` the folder of the migrations and migrations.sum');
}
