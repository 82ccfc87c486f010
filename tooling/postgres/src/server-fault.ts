import { statfsSync } from 'node:fs';
import type { ClusterFolder } from './cluster-folder.ts';
import { diskFull, noPermission, startFailed } from './errors.ts';

const TAIL_CHARACTERS = 1_200;
/** A server whose disk is full cannot even write why it fails. */
const FULL_BELOW_BYTES = 2 ** 20;

/** Names the cause of a server program's failure from what it said. */
export function serverFault(output: string, folder: ClusterFolder): Error {
  if (
    /No space left on device|Disk quota exceeded|Check free disk space/i.test(output) ||
    isFull(folder.cluster)
  ) {
    return diskFull(folder.cluster);
  }
  if (/Permission denied|Read-only file system|wrong ownership/i.test(output)) {
    return noPermission(folder.cluster);
  }
  return startFailed(output.trim().slice(-TAIL_CHARACTERS));
}

function isFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < FULL_BELOW_BYTES;
}
