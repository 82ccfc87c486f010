import type { CommandContext } from '../command/package-command.ts';
import type { Period } from './window.ts';

/** Upkeep as `migrator maintain` takes it from a package (docs/package-commands.md). */
export interface UpkeepTask {
  readonly name: string;
  readonly period: Period;
  readonly summary: string;
  run(context: CommandContext): Promise<{ readonly state: 'done' | 'open'; readonly note: string }>;
  readonly complete?: (
    context: CommandContext,
    by: { readonly person: string; readonly note: string | null },
  ) => Promise<{ readonly note: string }>;
}
