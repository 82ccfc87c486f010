import { resolveTarget } from '../environment/database-target.ts';
import { resolvePatience } from '../environment/lock-settings.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';
import { withContext } from '../package-commands/open-context.ts';
import type { PackageCall, PackageCommand } from '../package-commands/package-command.ts';
import { showProgress } from './show-progress.ts';

const EXIT_CODES = { done: 0, warnings: 3, failed: 4 } as const;

/** Runs a command that a package brings. */
export async function runPackageCommand(command: PackageCommand, call: PackageCall): Promise<void> {
  const target = await resolveTarget(openWorkspace());
  const progress = showProgress();
  const options = {
    patience: resolvePatience({}),
    now: new Date(),
    progress: (text: string) => progress.show(text),
    say: talk,
  };
  const result = await withContext(target, options, (context) =>
    command.run(context, call),
  ).finally(() => progress.end());
  process.exitCode = EXIT_CODES[result.state];
  if (call.options['json'] === true) return printJson(result.data);
  if (result.text !== '') printData(result.text);
}
