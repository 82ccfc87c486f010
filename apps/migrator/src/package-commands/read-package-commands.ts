import type { Workspace } from '../environment/workspace.ts';
import type { PackageCommand } from './package-command.ts';
import { readPackageList, type PackageEntry } from './read-package-list.ts';

const WORD = '[a-z][a-z0-9]*(-[a-z0-9]+)*';
const NAME = new RegExp(`^${WORD}( ${WORD})?$`);

/**
 * Reads the commands that the domains' packages bring.
 *
 * @throws CodedError `MIGRATOR.PACKAGE_MODULE_UNREADABLE`
 */
export function readPackageCommands(workspace: Workspace): Promise<PackageEntry<PackageCommand>[]> {
  return readPackageList(workspace, 'commands', isCommand);
}

function isCommand(value: unknown): value is PackageCommand {
  const { name, summary, run } = (value ?? {}) as Partial<PackageCommand>;
  return NAME.test(String(name)) && typeof summary === 'string' && typeof run === 'function';
}
