import { describeHeld } from '../contract/held-contracts.ts';
import { describeNeedy } from '../contract/needs-contract.ts';
import { deploy as runDeploy } from '../deploy/deploy.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { resolvePatience, type LockOptions } from '../environment/lock-settings.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printJson, talk } from '../output.ts';

export async function deploy(
  options: LockOptions & {
    readonly json?: boolean;
    readonly dryRun?: boolean;
    readonly prune?: boolean;
    readonly contract?: boolean;
  },
): Promise<void> {
  const workspace = openWorkspace();
  const result = await runDeploy(workspace, await resolveTarget(workspace), {
    dryRun: options.dryRun === true,
    prune: options.prune === true,
    contract: options.contract === true,
    patience: resolvePatience(options),
    onProgress: talk,
  });
  if (result.needy !== null) process.exitCode = 3;
  if (options.json) return printJson(result);
  const { migrations, squashed, objects, dropped, left, waiting, held, needy, dryRun } = result;
  if (dryRun) for (const name of squashed) talk(`  record ${name}`);
  if (dryRun) for (const name of [...migrations, ...objects]) talk(`  apply ${name}`);
  for (const object of dropped) talk(dryRun ? `  drop ${object}` : `dropped ${object}`);
  if (migrations.length + squashed.length + objects.length + dropped.length === 0) {
    talk('nothing to do: the database is up to date');
  } else {
    const verb = dryRun ? 'to apply' : 'applied';
    talk(`${verb}: ${migrations.length} migration(s), ${objects.length} object file(s)`);
  }
  for (const { migration, backfills } of waiting) {
    talk(`would stop before ${migration}, which waits for ${backfills.join(', ')}`);
  }
  for (const contract of held) talk(`held: ${describeHeld(contract)}`);
  if (needy !== null) talk(`would stop before ${describeNeedy(needy)}`);
  if (left.length > 0) {
    talk(`no file makes these any more; \`pnpm migrator deploy --prune\` drops them:`);
    for (const object of left) talk(`  ${object}`);
  }
}
