import type { FileStore } from '@holovitals/clinical';
import type { CommandContext, CommandResult } from '../command/package-command.ts';
import { judgeBytes } from './judge-bytes.ts';

/**
 * Removes the bytes of destroyed files and of uploads that were cut off, and sorts in those whose row was
 * written. What no row knows stays unless it is asked for: its key is gone with the row, but a copy of the
 * database may know both.
 *
 * @throws CodedError `CLINICAL.FILE_STORE_UNAVAILABLE`
 */
export async function tidyFiles(
  context: CommandContext,
  store: FileStore,
  { isUnknownToo, isDryRun }: { readonly isUnknownToo: boolean; readonly isDryRun: boolean },
): Promise<CommandResult> {
  const counts = { destroyed: 0, cutOff: 0, unknown: 0, sortedIn: 0, bytes: 0 };
  for await (const { name, why, isKept, isKnown, size } of judgeBytes(context, store)) {
    if (why === null) {
      if (isKept || !isKnown) continue;
      counts.sortedIn += 1;
      if (!isDryRun) await store.keep(name);
      continue;
    }
    counts[why] += 1;
    if (why === 'unknown' && !isUnknownToo) continue;
    counts.bytes += size;
    if (!isDryRun) await store.remove(name);
  }
  const { destroyed, cutOff, unknown, sortedIn, bytes } = counts;
  const word = isDryRun ? 'due' : 'removed';
  const lines = [
    `${word.padEnd(9)} ${destroyed} of destroyed files, ${cutOff} cut off${isUnknownToo ? `, ${unknown} that no row knows` : ''}: ${bytes} bytes`,
    ...(sortedIn > 0 ? [`sorted in ${sortedIn}`] : []),
    ...(unknown > 0 && !isUnknownToo
      ? [`kept      ${unknown} that no row knows: \`files tidy --unknown\` removes them`]
      : []),
  ];
  return { data: { ...counts, isDryRun }, text: lines.join('\n'), state: 'done' };
}
