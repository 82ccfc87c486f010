import { listBackfills } from '../backfill/list-backfills.ts';
import type { BackfillStatus } from '../backfill/backfill-status.ts';
import { pauseBackfills, resetBackfill, unpauseBackfills } from '../backfill/change-backfill.ts';
import { previewBackfills } from '../backfill/preview-backfills.ts';
import type { BackfillProgress, BackfillRun } from '../backfill/run-backfill.ts';
import { chooseBackfills, runBackfills } from '../backfill/run-backfills.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { resolvePatience, type LockOptions } from '../environment/lock-settings.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { backfillUnnamed } from '../errors.ts';
import { printData, printJson, talk } from '../output.ts';

const PROGRESS_MS = 2_000;

interface Common {
  readonly json?: boolean;
}

interface RunOptions extends Common, LockOptions {
  readonly all?: boolean;
  readonly batch: number;
  readonly rate?: number;
  readonly dryRun?: boolean;
}

export async function list(options: Common): Promise<void> {
  const workspace = openWorkspace();
  const backfills = await listBackfills(workspace, await resolveTarget(workspace));
  if (options.json) return printJson({ backfills });
  if (backfills.length === 0) return talk('no package has a backfill');
  printData(backfills.map(({ name, state }) => `${state.padEnd(8)}  ${name}`).join('\n'));
}

export async function status(names: readonly string[], options: Common): Promise<void> {
  const workspace = openWorkspace();
  const backfills = await listBackfills(
    workspace,
    await resolveTarget(workspace),
    names.length === 0 ? undefined : names,
  );
  if (backfills.some(({ state }) => state !== 'complete')) process.exitCode = 3;
  if (options.json) return printJson({ backfills });
  if (backfills.length === 0) return talk('no package has a backfill');
  printData(backfills.map(inLines).join('\n'));
}

export async function run(names: readonly string[], options: RunOptions): Promise<void> {
  const chosen = chooseNames(names, options);
  if (options.dryRun !== true) return runChosen(chosen, options);
  const workspace = openWorkspace();
  const previews = await previewBackfills(workspace, await resolveTarget(workspace), chosen);
  if (options.json) return printJson({ backfills: previews, dryRun: true });
  for (const { name, table, key, rowsLeft, range, sql } of previews) {
    const span =
      range === null ? '' : `, from (${range.from.join(', ')}) to (${range.to.join(', ')})`;
    talk(`${name}: ${rowsLeft} row(s) of ${table} left, along ${key.join(', ')}${span}`);
    printData(sql);
  }
}

export async function pause(names: readonly string[], options: Common): Promise<void> {
  const workspace = openWorkspace();
  await pauseBackfills(await resolveTarget(workspace), names);
  if (options.json) return printJson({ paused: names });
  talk(`paused ${names.join(', ')}; a run ends after the batch it is in`);
}

export async function resume(names: readonly string[], options: RunOptions): Promise<void> {
  const workspace = openWorkspace();
  chooseBackfills(workspace, names);
  await unpauseBackfills(await resolveTarget(workspace), names);
  await runChosen(names, options);
}

export async function reset(name: string, options: Common): Promise<void> {
  const workspace = openWorkspace();
  await resetBackfill(await resolveTarget(workspace), name);
  if (options.json) return printJson({ reset: name });
  talk(`forgot how far ${name} was; its next run begins at the first row`);
}

async function runChosen(names: readonly string[] | undefined, options: RunOptions): Promise<void> {
  const workspace = openWorkspace();
  const interrupt = stopAfterBatch();
  const { batch, rate } = options;
  const runs = await runBackfills(workspace, await resolveTarget(workspace), {
    ...{ batch, signal: interrupt.signal, onProgress: tellSometimes(), onWait: talk },
    patience: resolvePatience(options),
    ...(names !== undefined && { names }),
    ...(rate !== undefined && { rate }),
  });
  process.exitCode = exitCodeOf(runs, interrupt.code());
  if (options.json) return printJson({ backfills: runs });
  if (runs.length === 0) talk('no package has a backfill');
  for (const { name, state, rows, batches } of runs) {
    talk(`${name}: ${state}; this run went over ${rows} row(s) in ${batches} batch(es)`);
  }
}

function chooseNames(names: readonly string[], { all }: RunOptions): readonly string[] | undefined {
  if (names.length > 0 === (all === true)) throw backfillUnnamed();
  return all === true ? undefined : names;
}

/** The first signal ends the run after its batch, the second at once; a batch cut off is undone. */
function stopAfterBatch(): {
  readonly signal: AbortSignal;
  readonly code: () => number | undefined;
} {
  const controller = new AbortController();
  let code: number | undefined;
  for (const [signal, exit] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.removeAllListeners(signal);
    process.once(signal, () => {
      code = exit;
      talk('ends after this batch; once more ends at once');
      controller.abort();
    });
  }
  return { signal: controller.signal, code: () => code };
}

function exitCodeOf(runs: readonly BackfillRun[], interrupted: number | undefined): number {
  if (interrupted !== undefined) return interrupted;
  return runs.every(({ state }) => state === 'complete') ? 0 : 3;
}

function tellSometimes(): (progress: BackfillProgress) => void {
  let told = performance.now();
  return ({ name, pass, rows, estimate, rowsPerSecond }) => {
    if (performance.now() - told < PROGRESS_MS) return;
    told = performance.now();
    const again = pass === 1 ? '' : `, pass ${pass}`;
    talk(
      `${name}: ${rows} ${shareOf(rows, estimate)}row(s)${again}, ${Math.round(rowsPerSecond)} a second${timeLeft(rows, estimate, rowsPerSecond)}`,
    );
  };
}

function shareOf(rows: number, estimate: number | null): string {
  return estimate === null || estimate < rows ? '' : `of about ${estimate} `;
}

function timeLeft(rows: number, estimate: number | null, rowsPerSecond: number): string {
  if (estimate === null || estimate < rows || rowsPerSecond === 0) return '';
  return `, about ${Math.ceil((estimate - rows) / rowsPerSecond)} s left`;
}

function inLines({ name, state, file, changed, requiredBy, record }: BackfillStatus): string {
  return [
    `${name}: ${state}`,
    `  ${file}${changed ? ', which was changed since it was begun' : ''}`,
    ...(record === null
      ? []
      : [
          `  ${record.rows} ${shareOf(record.rows, record.estimate)}row(s) gone over, ${record.changed} changed, in ${record.batches} batch(es)`,
          `  begun ${record.startedAt}${record.completedAt === null ? '' : `, complete ${record.completedAt}`}`,
        ]),
    ...requiredBy.map((migration) => `  required by ${migration}`),
  ].join('\n');
}
