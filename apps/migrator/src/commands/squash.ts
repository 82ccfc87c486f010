import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printJson, talk } from '../output.ts';
import { squash as runSquash } from '../squash/squash.ts';

export async function squash(options: {
  readonly json?: boolean;
  readonly to?: string;
  readonly name: string;
  readonly dryRun?: boolean;
}): Promise<void> {
  const workspace = openWorkspace();
  const { to, name, dryRun = false } = options;
  const result = await runSquash(workspace, await resolveTarget(workspace), {
    ...{ to, name, dryRun },
    onProgress: talk,
  });
  if (options.json) return printJson(result);
  const { replaces, statements, rows } = result;
  talk(`${result.name}: ${statements} statement(s), ${rows} row(s)`);
  talk(`${dryRun ? 'would replace' : 'replaces'} ${replaces.length} migration(s)`);
  if (dryRun) return;
  talk('databases that applied all of them record it with their next deploy');
  talk('to undo it: `git checkout` the folder of the migrations and migrations.sum');
}
