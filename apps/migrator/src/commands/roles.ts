import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';
import { printRoles, syncRoles } from '../roles/sync-roles.ts';

export async function sync(options: {
  readonly json?: boolean;
  readonly print?: boolean;
}): Promise<void> {
  const workspace = openWorkspace();
  const target = await resolveTarget(workspace);
  if (options.print) return printData(await printRoles(workspace, target));
  const result = await syncRoles(workspace, target, talk);
  if (options.json) return printJson(result);
  talk(
    `${result.owner} owns, ${result.application} uses: ${result.changed ? 'changed' : 'nothing to change'}`,
  );
  if (result.left.length > 0) {
    talk('an administrator should close what is open, and only they may:');
    for (const sql of result.left) talk(`  ${sql};`);
  }
}

export async function url(): Promise<void> {
  printData((await resolveTarget(openWorkspace())).appUrl);
}
