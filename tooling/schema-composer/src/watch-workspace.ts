import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { listPackageDirectories } from './workspace-packages.ts';

/** Calls `compose` now and after every change, until a signal ends the process. */
export function watchWorkspace(root: string, compose: () => void): Promise<number> {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  const soon = (_event: unknown, name: string | null): void => {
    if (name !== null && !/\.prisma$|^package\.json$|^schema\.config\.json$|^prisma$/.test(name))
      return;
    if (name === 'schema.prisma') return;
    clearTimeout(timer);
    // Editors write a file in several steps.
    timer = setTimeout(cycle, 50);
  };
  const follow = (): void => {
    for (const directory of ['', ...listPackageDirectories(root)]) {
      for (const path of [join(root, directory), join(root, directory, 'prisma')]) {
        if (watchers.has(path)) continue;
        try {
          const watcher = watch(path, soon);
          watcher.on('error', () => {
            watcher.close();
            watchers.delete(path);
          });
          watchers.set(path, watcher);
        } catch {
          // The folder is not there yet; its parent is watched.
        }
      }
    }
  };
  const cycle = (): void => {
    follow();
    compose();
  };
  cycle();
  return new Promise((resolve) => {
    const end = (code: number): void => {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      resolve(code);
    };
    process.once('SIGINT', () => end(130));
    process.once('SIGTERM', () => end(143));
  });
}
