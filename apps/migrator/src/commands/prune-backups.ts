import { readIdentities } from '../backup/keys.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';
import { pruneBackups } from '../prune/prune-backups.ts';
import { showProgress } from './show-progress.ts';

export async function prune(options: {
  readonly json?: boolean;
  readonly dir: string;
  readonly keep?: number;
  readonly olderThan?: number;
  readonly identity: readonly string[];
  readonly dryRun?: boolean;
}): Promise<void> {
  openWorkspace();
  const { dir, keep, olderThan: olderThanDays, dryRun = false } = options;
  const identities = readIdentities(options.identity);
  const progress = showProgress();
  const result = await pruneBackups(dir, {
    ...{ keep, olderThanDays, dryRun, identities },
    onProgress: (line) => progress.show(line),
  }).finally(() => progress.end());
  if (options.json) return printJson(result);
  const { removed, leftovers, kept, good, bytes } = result;
  for (const file of [...leftovers, ...removed]) printData(file);
  for (const { file, proven } of good) {
    talk(
      proven
        ? `${file} stays, and is whole`
        : `${file} stays; whether it is whole only \`--identity FILE\` can tell`,
    );
  }
  const verb = dryRun ? 'to remove' : 'removed';
  talk(
    `${verb}: ${removed.length} backup(s), ${(bytes / 1_000_000).toFixed(1)} MB; kept: ${kept.length}`,
  );
}
