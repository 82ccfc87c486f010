import { resolveTarget } from '../environment/database-target.ts';
import { resolvePatience } from '../environment/lock-settings.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { taskUnknown } from '../errors.ts';
import { printJson, talk } from '../output.ts';
import { withContext } from '../package-commands/open-context.ts';
import { readUpkeep, type Period } from '../package-commands/upkeep-task.ts';

/** What a person has done. */
export interface Completion {
  readonly period: Period;
  /** With or without its domain. */
  readonly task: string;
  readonly person: string;
  readonly note: string | null;
  readonly json?: boolean;
}

/**
 * Records that a person has done a task.
 *
 * @throws CodedError `MIGRATOR.TASK_UNKNOWN`, and those of the task
 */
export async function completeUpkeep(completion: Completion): Promise<void> {
  const { period, task, person, note, json } = completion;
  const workspace = openWorkspace();
  const tasks = await readUpkeep(workspace, period);
  const found = tasks.find(({ domain, entry }) =>
    [entry.name, `${domain}/${entry.name}`].includes(task),
  );
  const complete = found?.entry.complete;
  if (found === undefined || complete === undefined) {
    const known = tasks.filter(({ entry }) => entry.complete !== undefined);
    throw taskUnknown(
      task,
      known.map(({ entry }) => entry.name),
    );
  }
  const options = {
    ...{ patience: resolvePatience({}), now: new Date(), say: talk },
    progress: () => undefined,
  };
  const done = await withContext(await resolveTarget(workspace), options, (context) =>
    complete(context, { person, note }),
  );
  const name = `${found.domain}/${found.entry.name}`;
  if (json === true) return printJson({ task: name, ...done });
  talk(`recorded  ${name}: ${done.note}`);
}
