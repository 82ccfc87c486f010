import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkspacePackage } from './workspace-packages.ts';

/** Where code hosts look for it, from the workspace's root. */
export const CODE_OWNERS_FILE = '.github/CODEOWNERS';

/**
 * The text of CODEOWNERS: the root's owners for everything, and for each package that has others a
 * line of its own. The last line that fits a path counts, so deeper folders come later.
 */
export function codeOwnersText(packages: readonly WorkspacePackage[]): string {
  const root = packages.find(({ directory }) => directory === '')?.owners.join(' ') ?? '';
  const lines = packages
    .filter(({ directory, owners }) => directory !== '' && owners.join(' ') !== root)
    .map(({ directory, owners }) => [pattern(directory), owners.join(' ')] as const);
  const width = Math.max(1, ...lines.map(([place]) => place.length));
  return [
    '# Written by `schema-release codeowners --write` from "codeOwners" in each package.json.',
    ...(root === '' ? [] : [`${'*'.padEnd(width)} ${root}`]),
    ...lines.map(([place, owners]) => `${place.padEnd(width)} ${owners}`),
    '',
  ].join('\n');
}

/** Whether the file on disk says what the packages say. */
export function isCodeOwnersCurrent(root: string, text: string): boolean {
  try {
    return (
      readFileSync(path.join(root, CODE_OWNERS_FILE), 'utf8').replaceAll('\r\n', '\n') === text
    );
  } catch {
    return false;
  }
}

export function writeCodeOwners(root: string, text: string): void {
  const file = path.join(root, CODE_OWNERS_FILE);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A folder as a pattern: what the syntax of .gitignore would take for its own is escaped. */
function pattern(directory: string): string {
  return `/${directory.replace(/[\\*?[\] #!]/g, '\\$&')}/`;
}
