import type { Command } from 'commander';
import { openWorkspace } from '../environment/workspace.ts';
import { commandTaken } from '../errors.ts';
import type { PackageCommand } from './package-command.ts';
import { readPackageCommands } from './read-package-commands.ts';

/**
 * Adds the commands of the workspace's packages to the program.
 *
 * @throws CodedError `MIGRATOR.PACKAGE_MODULE_UNREADABLE`, `MIGRATOR.COMMAND_TAKEN`
 */
export async function addPackageCommands(program: Command): Promise<void> {
  const own = new Set(program.commands.map((command) => command.name()));
  const added = new Set<string>();
  for (const { domain, entry } of await readPackageCommands(openWorkspace())) {
    const [first = '', second] = entry.name.split(' ');
    if (own.has(first) || added.has(entry.name)) throw commandTaken(entry.name, domain);
    added.add(entry.name);
    const group = find(program, first) ?? program.command(first);
    group.enablePositionalOptions();
    if (second === undefined) fill(group, entry);
    else {
      if (group.description() === '') group.description(`commands of ${domain}`);
      fill(group.command(second), entry);
    }
  }
}

function find(program: Command, name: string): Command | undefined {
  return program.commands.find((command) => command.name() === name);
}

function fill(command: Command, entry: PackageCommand): void {
  command.description(entry.summary);
  for (const { name, summary } of entry.parameters ?? []) command.argument(`<${name}>`, summary);
  for (const { flags, summary, isMany } of entry.options ?? []) {
    if (isMany === true) command.option(flags, summary, gather, []);
    else command.option(flags, summary);
  }
  command.option('--json', 'print the result as JSON');
  const examples = entry.examples ?? [];
  if (examples.length > 0) {
    const lines = examples.map((example) => `  migrator ${example}`);
    command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
  }
  command.action(async () => {
    const { runPackageCommand } = await import('../commands/package-command.ts');
    await runPackageCommand(entry, { parameters: command.args, options: command.opts() });
  });
}

function gather(value: string, values: readonly string[]): string[] {
  return [...values, value];
}
