import { chownSync, statSync } from 'node:fs';
import path from 'node:path';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

/** The ids a server process runs under: PostgreSQL refuses root, so root steps down to nobody. */
export const serverIds: { uid?: number; gid?: number } = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** Hands a file or folder to the server's user. */
export function giveToServer(target: string): void {
  if (isRoot) chownSync(target, NOBODY, NOBODY);
}

/** Tells whether the server's user can reach a folder: every ancestor must let it pass. */
export function isReachable(folder: string): boolean {
  if (!isRoot) return true;
  for (let at = folder; ; at = path.dirname(at)) {
    const mode = statSync(at, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}
