import { inUnits } from '../connection/find-blockers.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { resolvePatience, type LockOptions } from '../environment/lock-settings.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { maintain as maintainDatabase, previewMaintenance } from '../maintain/maintain.ts';
import { runUpkeep, type UpkeepResult } from '../maintain/run-upkeep.ts';
import { printData, printJson, talk } from '../output.ts';
import { withContext } from '../package-commands/open-context.ts';
import { readUpkeep, type Period } from '../package-commands/upkeep-task.ts';
import { inBytes } from '../plan/amounts.ts';
import { showProgress } from './show-progress.ts';

interface MaintainCommandOptions extends LockOptions {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

/** Does what tables and indexes need, and, where a period is named, what packages ask for then. */
export async function maintain(
  period: Period | undefined,
  options: MaintainCommandOptions,
): Promise<void> {
  const workspace = openWorkspace();
  const target = await resolveTarget(workspace);
  const tasks = period === undefined ? [] : await readUpkeep(workspace, period);
  if (options.dryRun === true) {
    const work = await previewMaintenance(target);
    const upkeep = tasks.map(({ domain, entry }) => ({
      ...{ task: `${domain}/${entry.name}`, summary: entry.summary },
    }));
    if (options.json === true) return printJson({ ...work, upkeep, dryRun: true });
    tellLeft(work.left);
    for (const { task, summary } of upkeep) talk(`would run  ${task}: ${summary}`);
    if (work.jobs.length === 0) return talk('nothing needs upkeep');
    return printData(
      work.jobs.map(({ sql, why, bytes }) => `${sql};\n  -- ${why} (${inBytes(bytes)})`).join('\n'),
    );
  }
  const patience = resolvePatience(options);
  const { jobs, left } = await maintainDatabase(target, { patience, onProgress: talk });
  const progress = showProgress();
  const context = {
    ...{ patience, now: new Date(), say: talk },
    progress: (text: string) => progress.show(text),
  };
  const upkeep =
    tasks.length === 0
      ? []
      : await withContext(target, context, (opened) => runUpkeep(opened, tasks)).finally(() =>
          progress.end(),
        );
  if (jobs.some(({ state }) => state === 'unsettled')) process.exitCode = 3;
  if ([...jobs, ...upkeep].some(({ state }) => state === 'failed')) process.exitCode = 4;
  if (options.json === true)
    return printJson({ jobs, left, ...(period !== undefined && { upkeep }) });
  tellLeft(left);
  if (jobs.length === 0) talk('nothing needs upkeep');
  for (const { state, sql, ms, note } of jobs) {
    talk(`${state.padEnd(9)}  ${sql} (${inUnits(ms)})${note === null ? '' : `\n  ${note}`}`);
  }
  if (upkeep.length > 0) printData(upkeep.map(renderTask).join('\n'));
}

/** A line of a checklist: what is open is for people. */
function renderTask({ task, state, summary, note }: UpkeepResult): string {
  const box = { done: '[x]', open: '[ ]', failed: '[!]' }[state];
  return `${box} ${task}: ${summary}\n    ${note}`;
}

function tellLeft(left: readonly { readonly target: string; readonly why: string }[]): void {
  for (const { target, why } of left) talk(`left       ${target}: ${why}`);
}
