import { isCodedError } from '@holovitals/errors';
import { describeDatabaseError, isServerError } from '../connection/database-error.ts';
import type { CommandContext } from '../package-commands/package-command.ts';
import type { PackageEntry } from '../package-commands/read-package-list.ts';
import type { UpkeepTask } from '../package-commands/upkeep-task.ts';

/** What became of a task of a package. */
export interface UpkeepResult {
  readonly task: string;
  readonly state: 'done' | 'open' | 'failed';
  readonly summary: string;
  readonly note: string;
}

/** Runs tasks one after another; one that fails keeps none of the others from being done. */
export async function runUpkeep(
  context: CommandContext,
  tasks: readonly PackageEntry<UpkeepTask>[],
): Promise<UpkeepResult[]> {
  const results: UpkeepResult[] = [];
  for (const { domain, entry } of tasks) {
    const task = { task: `${domain}/${entry.name}`, summary: entry.summary };
    context.say(`${task.task}: ${entry.summary}`);
    try {
      results.push({ ...task, ...(await entry.run(context)) });
    } catch (error) {
      results.push({ ...task, state: 'failed', note: describeFailure(error) });
    }
  }
  return results;
}

function describeFailure(error: unknown): string {
  if (isCodedError(error)) return `${error.code}: ${error.message} ${error.fix ?? ''}`.trimEnd();
  if (isServerError(error)) return describeDatabaseError(error);
  throw error;
}
