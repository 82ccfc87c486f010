import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';
import { readPackageCommands } from '../package-commands/read-package-commands.ts';

/** Tells which commands packages bring; each explains itself with `--help`. */
export async function listCommands({ json }: { readonly json?: boolean }): Promise<void> {
  const found = (await readPackageCommands(openWorkspace())).map(({ domain, entry }) => ({
    ...{ name: entry.name, domain, summary: entry.summary },
  }));
  if (json === true) return printJson(found);
  if (found.length === 0) return talk('no package brings a command');
  const width = Math.max(...found.map(({ name }) => name.length));
  printData(
    found
      .map(({ name, domain, summary }) => `${name.padEnd(width)}  ${domain}: ${summary}`)
      .join('\n'),
  );
}
