import type { CommandContext, PackageCommand } from '../command/package-command.ts';
import { required, text } from '../command/read-option.ts';

const dir = {
  flags: '--dir <folder>',
  summary: 'where the bytes lie; SECURE_FILE_STORAGE_PATH unless told',
} as const;

/** The commands that keep the bytes of files and the rows that name them together. */
export const fileCommands: readonly PackageCommand[] = [
  {
    name: 'files verify',
    summary: 'prove that the bytes of every file lie where they should, as they were stored',
    options: [dir],
    examples: ['files verify', 'files verify --dir /mnt/copy/secure-files --json'],
    async run(context, { options }) {
      const { verifyFiles } = await import('./verify-files.ts');
      return await verifyFiles(context, await openStore(context, options['dir']));
    },
  },
  {
    name: 'files tidy',
    summary:
      'remove bytes of destroyed files and of uploads that were cut off, and sort in the others',
    options: [
      dir,
      { flags: '--unknown', summary: 'also bytes that no row knows: nothing can open them' },
      { flags: '--dry-run', summary: 'tell what would be done, and change nothing' },
    ],
    examples: ['files tidy --dry-run', 'files tidy --unknown'],
    async run(context, { options }) {
      const { tidyFiles } = await import('./tidy-files.ts');
      return await tidyFiles(context, await openStore(context, options['dir']), {
        isUnknownToo: options['unknown'] === true,
        isDryRun: options['dryRun'] === true,
      });
    },
  },
];

async function openStore({ session }: CommandContext, told: unknown) {
  const { fileFolderOf, folderStore } = await import('@holovitals/clinical');
  const folder = required(text(told) ?? fileFolderOf(process.env), '--dir');
  return folderStore(folder, async () => {
    const { rows } = await session.query<{ id: string }>(
      `select id from encryption_keys where alias = 'blind-index' order by version limit 1`,
    );
    return rows[0]?.id ?? '';
  });
}
