import path from 'node:path';
import { Command } from 'commander';
import { findWorkspaceRoot } from '@holovitals/schema-composer';
import { leaveOut } from './leave-out.ts';
import { readAtlas } from './read-atlas.ts';
import { writeSite } from './write-site.ts';

interface Options {
  readonly out?: string;
  readonly root: string;
  readonly without?: string;
  readonly json?: boolean;
}

/** The command: one site. */
export function buildProgram(): Command {
  return new Command('schema-atlas')
    .description('Write a static site that shows the composed schema; it opens without a server.')
    .option('--out <dir>', 'where to write it (default: atlas below the root)')
    .option('--root <dir>', 'the workspace (default: found from the current folder upwards)', '.')
    .option('--without <word>', 'leave out the fields of a classification')
    .option('--json', 'print what was written as JSON')
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', '\nExit codes: 0 done, 1 a bug, 2 wrong call or unreadable schema.')
    .action(async ({ out, root: start, without, json }: Options) => {
      const root = findWorkspaceRoot(start);
      const folder = path.resolve(out ?? path.join(root, 'atlas'));
      const atlas = await readAtlas(root);
      const shown = without === undefined ? atlas : leaveOut(atlas, without);
      const pages = await writeSite(shown, folder);
      const index = path.join(folder, 'index.html');
      if (json === true) process.stdout.write(`${JSON.stringify({ index, pages })}\n`);
      else {
        process.stderr.write(`${String(pages)} pages\n`);
        process.stdout.write(`${index}\n`);
      }
    });
}
