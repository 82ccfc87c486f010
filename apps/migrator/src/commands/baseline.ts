import { baseline as runBaseline, findBaselineWay } from '../baseline/baseline.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';

export async function baseline(options: {
  readonly json?: boolean;
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly sql?: boolean;
}): Promise<void> {
  const workspace = openWorkspace();
  const { to, dryRun = false } = options;
  const target = await resolveTarget(workspace);
  if (options.sql === true) {
    const way = await findBaselineWay(workspace, target, { to, onProgress: talk });
    if (options.json) return printJson(way);
    talk(`the way to ${way.to}: ${way.statements.length} statement(s)`);
    for (const identity of way.byHand) talk(`by hand: ${identity}`);
    return printData(way.statements.join('\n'));
  }
  const result = await runBaseline(workspace, target, {
    ...{ to, dryRun },
    onProgress: talk,
  });
  if (options.json) return printJson(result);
  const { migrations, pending, withRows, traceless } = result;
  talk(
    `${dryRun ? 'to record' : 'recorded'}: ${migrations.length} migration(s), up to ${migrations.at(-1) ?? ''}`,
  );
  for (const name of traceless) {
    talk(`${name} changes no structure: whether it ran nothing proves; \`--to\` leaves it out`);
  }
  for (const table of withRows) {
    talk(`${table} gets rows from these migrations: see that they are there`);
  }
  if (!dryRun)
    talk(`\`pnpm migrator deploy\` brings ${pending.length} more, and the objects of sql/`);
}
