import { existsSync } from 'node:fs';
import path from 'node:path';

/** Finds the folder with `pnpm-workspace.yaml` at or above `from`; `from` itself where none has it. */
export function findWorkspaceRoot(from: string = process.cwd()): string {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'pnpm-workspace.yaml'))) return folder;
    if (folder === path.dirname(folder)) return path.resolve(from);
  }
}
