import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';
import { resolve as runResolve, type Resolution } from '../resolve/resolve.ts';

const MEANING: Readonly<Record<Resolution, string>> = {
  continue: 'runs what is not done',
  'rolled-back': 'undoes what is done, and counts it as never applied',
  applied: 'counts it as applied',
};

export async function resolve(
  name: string | undefined,
  options: {
    readonly json?: boolean;
    readonly continue?: boolean;
    readonly rolledBack?: boolean;
    readonly applied?: boolean;
    readonly force?: boolean;
  },
): Promise<void> {
  const workspace = openWorkspace();
  const result = await runResolve(workspace, await resolveTarget(workspace), {
    ...{ name, resolution: resolutionOf(options), force: options.force === true },
    onProgress: talk,
  });
  if (result.resolved === null) process.exitCode = 3;
  if (options.json) return printJson(result);
  const { name: migration, statements, possible, resolved } = result;
  const lines = statements.map(
    ({ line, summary, state }) => `  ${state.padEnd(8)}  line ${line}: ${summary}`,
  );
  printData([migration, ...lines].join('\n'));
  if (resolved !== null) return talk(`${migration} is resolved: ${resolved}`);
  for (const resolution of possible) {
    talk(`\`pnpm migrator resolve ${migration} --${resolution}\` ${MEANING[resolution]}`);
  }
}

function resolutionOf(options: {
  readonly continue?: boolean;
  readonly rolledBack?: boolean;
  readonly applied?: boolean;
}): Resolution | undefined {
  if (options.continue) return 'continue';
  if (options.rolledBack) return 'rolled-back';
  return options.applied ? 'applied' : undefined;
}
