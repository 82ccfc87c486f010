import type { Workspace } from '../environment/workspace.ts';
import type { CommandContext } from './package-command.ts';
import { readPackageList, type PackageEntry } from './read-package-list.ts';

/** How often upkeep is due. */
export const PERIODS = ['weekly', 'monthly', 'quarterly', 'annually'] as const;
export type Period = (typeof PERIODS)[number];

/**
 * Upkeep that a package brings: `"migrator": { "upkeep": "./dist/upkeep.js" }`, a module with a list
 * `upkeep`. It keeps its own record of when it was done, and tells by `healthChecks` what is overdue.
 *
 * @example
 * export const upkeep = [
 *   {
 *     name: 'close-orders',
 *     period: 'monthly',
 *     summary: 'close what is over',
 *     async run({ session }) {
 *       const { rows } = await session.query('select …');
 *       return { state: 'done', note: `${rows.length} closed` };
 *     },
 *   },
 * ];
 */
export interface UpkeepTask {
  /** Words with hyphens. */
  readonly name: string;
  readonly period: Period;
  readonly summary: string;
  /** Does what can be done without a person; safe to run again. `open`: a person must do something. */
  run(context: CommandContext): Promise<{ readonly state: 'done' | 'open'; readonly note: string }>;
  /** Records that a person has done it; missing where nobody is needed. */
  readonly complete?: (
    context: CommandContext,
    by: { readonly person: string; readonly note: string | null },
  ) => Promise<{ readonly note: string }>;
}

/**
 * Reads the upkeep of a period that the domains' packages bring.
 *
 * @throws CodedError `MIGRATOR.PACKAGE_MODULE_UNREADABLE`
 */
export async function readUpkeep(
  workspace: Workspace,
  period: Period,
): Promise<PackageEntry<UpkeepTask>[]> {
  const all = await readPackageList(workspace, 'upkeep', isTask);
  return all.filter(({ entry }) => entry.period === period);
}

function isTask(value: unknown): value is UpkeepTask {
  const { name, period, summary, run } = (value ?? {}) as Partial<UpkeepTask>;
  return (
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(String(name)) &&
    PERIODS.some((it) => it === period) &&
    typeof summary === 'string' &&
    typeof run === 'function'
  );
}
