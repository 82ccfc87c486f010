import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from '../environment/workspace.ts';
import { commandFailed } from '../errors.ts';

interface RootPackage {
  readonly migrator?: { readonly afterDev?: readonly string[] };
}

/**
 * Runs the commands that the root's package.json names for after a change of the schema:
 * `"migrator": { "afterDev": ["prisma generate"] }`, in the root, one after the other. What they
 * print goes to standard error.
 *
 * @throws CodedError `MIGRATOR.COMMAND_FAILED`
 */
export async function runCommands({ root }: Workspace): Promise<void> {
  const file = path.join(root, 'package.json');
  if (!existsSync(file)) return;
  const { migrator } = JSON.parse(readFileSync(file, 'utf8')) as RootPackage;
  for (const command of migrator?.afterDev ?? []) await runCommand(root, command);
}

function runCommand(root: string, command: string): Promise<void> {
  const binaries = path.join(root, 'node_modules', '.bin');
  const child = spawn(command, {
    cwd: root,
    shell: true,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, PATH: `${binaries}${path.delimiter}${process.env['PATH'] ?? ''}` },
  });
  return new Promise((resolve, reject) => {
    child.once('error', () => {
      reject(commandFailed(command, 'It could not be started.'));
    });
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(commandFailed(command, `It ended with ${signal ?? `exit code ${code}`}.`));
    });
  });
}
