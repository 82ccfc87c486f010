import { inUnits } from '../connection/find-blockers.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { resolvePatience, type LockOptions } from '../environment/lock-settings.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { maintain as maintainDatabase, previewMaintenance } from '../maintain/maintain.ts';
import { printData, printJson, talk } from '../output.ts';
import { inBytes } from '../plan/amounts.ts';

interface MaintainCommandOptions extends LockOptions {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

export async function maintain(options: MaintainCommandOptions): Promise<void> {
  const target = await resolveTarget(openWorkspace());
  if (options.dryRun === true) {
    const work = await previewMaintenance(target);
    if (options.json === true) return printJson({ ...work, dryRun: true });
    tellLeft(work.left);
    if (work.jobs.length === 0) return talk('nothing needs upkeep');
    return printData(
      work.jobs.map(({ sql, why, bytes }) => `${sql};\n  -- ${why} (${inBytes(bytes)})`).join('\n'),
    );
  }
  const patience = resolvePatience(options);
  const { jobs, left } = await maintainDatabase(target, { patience, onProgress: talk });
  if (jobs.some(({ state }) => state === 'unsettled')) process.exitCode = 3;
  if (jobs.some(({ state }) => state === 'failed')) process.exitCode = 4;
  if (options.json === true) return printJson({ jobs, left });
  tellLeft(left);
  if (jobs.length === 0) return talk('nothing needs upkeep');
  for (const { state, sql, ms, note } of jobs) {
    talk(`${state.padEnd(9)}  ${sql} (${inUnits(ms)})${note === null ? '' : `\n  ${note}`}`);
  }
}

function tellLeft(left: readonly { readonly target: string; readonly why: string }[]): void {
  for (const { target, why } of left) talk(`left       ${target}: ${why}`);
}
