import { statSync, watch, type FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';
import { listNamedFolders } from './workspace-packages.ts';

/** Editors write a file in several steps, and version control many files. */
const QUIET_MS = 50;
const COMPOSED_FROM =
  /\.prisma$|^(?:package\.json|schema\.config\.json|pnpm-workspace\.yaml|prisma)$/;

/** A followed folder; one that is removed and made again is another. */
interface Followed {
  readonly watcher: FSWatcher;
  readonly inode: number;
}

/** Calls `compose` now and after every change, until a signal ends the process. */
export function watchWorkspace(root: string, compose: () => void): Promise<number> {
  const followed = new Map<string, Followed>();
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(cycle, QUIET_MS);
  };
  const cycle = (): void => {
    follow(root, followed, soon);
    compose();
  };
  return new Promise((resolve) => {
    const end = (code: number): void => {
      clearTimeout(timer);
      for (const { watcher } of followed.values()) watcher.close();
      resolve(code);
    };
    process.once('SIGINT', () => end(130));
    process.once('SIGTERM', () => end(143));
    cycle();
  });
}

/** Follows the folders there are now, and lets go of those that are gone. */
function follow(root: string, followed: Map<string, Followed>, onChange: () => void): void {
  const packages = listFolders(root);
  const fragments = packages.map((folder) => join(folder, 'prisma'));
  // Packages come and go in the folders above them.
  const parents = packages.map((folder) => dirname(folder));
  const wanted = new Set([join(root), ...packages, ...fragments, ...parents]);
  for (const [path, { watcher, inode }] of followed) {
    if (wanted.has(path) && inodeOf(path) === inode) continue;
    watcher.close();
    followed.delete(path);
  }
  for (const path of wanted) {
    const inode = inodeOf(path);
    if (inode === undefined || followed.has(path)) continue;
    const takesAny = parents.includes(path);
    const watcher = watch(path, (_event, name) => {
      if (name === 'schema.prisma') return;
      if (takesAny || name === null || COMPOSED_FROM.test(name)) onChange();
    });
    watcher.on('error', () => watcher.close());
    followed.set(path, { watcher, inode });
  }
}

function listFolders(root: string): string[] {
  try {
    return listNamedFolders(root).map((folder) => join(root, folder));
  } catch {
    // Without a pnpm-workspace.yaml; its coming back is seen in the root.
    return [];
  }
}

function inodeOf(path: string): number | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true ? found.ino : undefined;
}
