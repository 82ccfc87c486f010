import { statSync } from 'node:fs';
import path from 'node:path';

const NOBODY = 65534;

/** The ids a server process runs under; empty: those of this process. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Tells whom a server runs as. PostgreSQL refuses root, so root steps down: to the owner of the
 * data where there is some, else to nobody (65534).
 */
export function serverUserOf(dataFolder: string): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const owner = statSync(dataFolder, { throwIfNoEntry: false });
  if (owner === undefined || owner.uid === 0) return { uid: NOBODY, gid: NOBODY };
  return { uid: owner.uid, gid: owner.gid };
}

/** Tells whether a user can reach a folder: it and every ancestor must let the user pass. */
export function isReachable(folder: string, user: ServerUser): boolean {
  if (user.uid === undefined) return true;
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = statSync(at, { throwIfNoEntry: false });
    if (found !== undefined) {
      const bit = found.uid === user.uid ? 0o100 : found.gid === user.gid ? 0o010 : 0o001;
      if ((found.mode & bit) === 0) return false;
    }
    if (at === path.dirname(at)) return true;
  }
}
