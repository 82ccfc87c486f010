import { resolveTarget } from '../environment/database-target.ts';
import { SIDE_ROLES } from '../environment/side-roles.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { roleNotSetUp } from '../errors.ts';
import { printData, printJson, talk } from '../output.ts';
import type { RoleKind } from '../roles/role-rights.ts';
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
  for (const { kind, role } of result.sideRoles) talk(`${role}: ${kind}`);
  if (result.left.length > 0) {
    talk('an administrator should run this, and only they may:');
    for (const sql of result.left) talk(`  ${sql};`);
  }
}

export async function url(kind: RoleKind | 'owner'): Promise<void> {
  const target = await resolveTarget(openWorkspace());
  if (kind === 'owner') return printData(target.ownerUrl);
  if (kind === 'application') return printData(target.appUrl);
  const role = target.sideRoles.find((it) => it.kind === kind);
  if (role === undefined) throw roleNotSetUp(kind, SIDE_ROLES[kind].variable);
  printData(role.url);
}
