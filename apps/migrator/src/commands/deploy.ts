import { deploy as runDeploy } from '../deploy/deploy.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printJson, talk } from '../output.ts';

export async function deploy(options: {
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly lockTimeout: number;
}): Promise<void> {
  const workspace = openWorkspace();
  const result = await runDeploy(workspace, await resolveTarget(workspace), {
    dryRun: options.dryRun === true,
    lockTimeoutMs: options.lockTimeout,
    onProgress: talk,
  });
  if (options.json) return printJson(result);
  const verb = result.dryRun ? 'to apply' : 'applied';
  const count = result.migrations.length + result.objects.length;
  if (count === 0) talk('nothing to do: the database is up to date');
  else {
    if (result.dryRun)
      for (const name of [...result.migrations, ...result.objects]) talk(`  ${name}`);
    talk(
      `${verb}: ${result.migrations.length} migration(s), ${result.objects.length} object file(s)`,
    );
  }
}
