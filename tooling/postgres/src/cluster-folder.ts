import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { diskFull, noPermission } from './errors.ts';
import { giveToServer, isReachable } from './server-user.ts';

/** The folders of one embedded server. */
export interface ClusterFolder {
  /** What the caller named: passwords, port, log and locks, only for the caller's eyes. */
  readonly home: string;
  /** What the server owns; under `/var/tmp` where its user cannot reach `home`. */
  readonly cluster: string;
  /** PostgreSQL's data directory, inside `cluster`. */
  readonly data: string;
}

/**
 * Makes the folders of an embedded server where they are missing.
 *
 * @throws CodedError `POSTGRES.NO_PERMISSION`, `POSTGRES.DISK_FULL`
 */
export function prepareClusterFolder(home: string): ClusterFolder {
  const folder = locateClusterFolder(home);
  try {
    mkdirSync(folder.home, { recursive: true });
    mkdirSync(folder.cluster, { recursive: true, mode: 0o700 });
    giveToServer(folder.cluster);
  } catch (error) {
    throw folderFault(error, folder.cluster);
  }
  return folder;
}

/** Tells where the folders of an embedded server are, whether or not they exist. */
export function locateClusterFolder(home: string): ClusterFolder {
  const resolved = path.resolve(home);
  const key = createHash('sha256').update(resolved).digest('hex').slice(0, 12);
  const cluster = isReachable(resolved)
    ? path.join(resolved, 'cluster')
    : path.join('/var/tmp', `embedded-postgres-data-${key}`);
  return { home: resolved, cluster, data: path.join(cluster, 'data') };
}

/** Turns a file system error into a coded one; other errors pass unchanged. */
export function folderFault(error: unknown, place: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(place);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return noPermission(place);
  return error;
}
