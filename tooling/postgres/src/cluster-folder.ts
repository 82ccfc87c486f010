import { createHash } from 'node:crypto';
import { accessSync, chownSync, constants, lstatSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { diskFull, noPermission } from './errors.ts';
import { isReachable, serverUserOf, type ServerUser } from './server-user.ts';

/** The folders of one embedded server. */
export interface ClusterFolder {
  /** What the caller named: passwords, port, log and locks, only for the caller's eyes. */
  readonly home: string;
  /** What the server owns: inside `home`, or aside where the server's user cannot reach that. */
  readonly cluster: string;
  /** PostgreSQL's data directory, inside `cluster`. */
  readonly data: string;
  readonly user: ServerUser;
}

/** Tells where the folders of an embedded server are, whether or not they exist. */
export function locateClusterFolder(home: string): ClusterFolder {
  const resolved = path.resolve(home);
  const inside = describeCluster(resolved, path.join(resolved, 'cluster'));
  return isReachable(resolved, inside.user)
    ? inside
    : describeCluster(resolved, asideFolder('data', resolved));
}

/**
 * Makes the folders of an embedded server where they are missing.
 *
 * @throws CodedError `POSTGRES.NO_PERMISSION`, `POSTGRES.DISK_FULL`
 */
export function prepareClusterFolder(home: string): ClusterFolder {
  try {
    const folder = locateClusterFolder(home);
    mkdirSync(folder.home, { recursive: true });
    mkdirSync(folder.cluster, { recursive: true, mode: 0o700 });
    claimFolder(folder);
    return folder;
  } catch (error) {
    // Node's recursive mkdir tells ENOENT where the file system is read-only.
    const { code, path: place = home } = error as NodeJS.ErrnoException;
    throw code === 'ENOENT' ? noPermission(place) : folderFault(error, path.resolve(home));
  }
}

/** The lock that serialises starts and stops of a server. */
export function startLock(folder: ClusterFolder): string {
  return path.join(folder.home, 'locks', 'start');
}

/**
 * A folder outside the workspace, for what the server's user could not reach inside: in `/var/lib`,
 * else, where that is read-only, in `/var/tmp`. One name for one origin.
 */
export function asideFolder(kind: string, origin: string): string {
  const key = createHash('sha256').update(origin).digest('hex').slice(0, 12);
  return path.join(
    isWritable('/var/lib') ? '/var/lib' : '/var/tmp',
    `embedded-postgres-${kind}-${key}`,
  );
}

/** Turns a file system error into a coded one; other errors pass unchanged. */
export function folderFault(error: unknown, place: string): unknown {
  const { code, path: at } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(place);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return noPermission(at ?? place);
  if (code === 'ENOTDIR' || code === 'EEXIST') return noPermission(at ?? place);
  return error;
}

function describeCluster(home: string, cluster: string): ClusterFolder {
  const data = path.join(cluster, 'data');
  return { home, cluster, data, user: serverUserOf(data) };
}

/** Hands the cluster to the server's user, unless a stranger made it or turned it into a link. */
function claimFolder({ cluster, user }: ClusterFolder): void {
  const found = lstatSync(cluster);
  const owners = [process.getuid?.(), user.uid, user.uid === undefined ? undefined : 0];
  if (!found.isDirectory() || !owners.includes(found.uid)) throw noPermission(cluster);
  if (user.uid !== undefined && user.gid !== undefined && found.uid !== user.uid) {
    chownSync(cluster, user.uid, user.gid);
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
