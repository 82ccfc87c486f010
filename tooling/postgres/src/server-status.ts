import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { folderFault, locateClusterFolder, type ClusterFolder } from './cluster-folder.ts';
import { findRunningServer } from './running-server.ts';

/** What is known of the embedded server of a folder. */
export interface ServerStatus {
  readonly running: boolean;
  readonly pid: number | null;
  readonly port: number | null;
  /** The data's major version; null before the first start. */
  readonly major: string | null;
  readonly dataDirectory: string;
  readonly log: string;
}

/**
 * Tells the state of an embedded server. It changes nothing: nothing is started, made or removed.
 *
 * @throws CodedError `POSTGRES.NO_PERMISSION`
 */
export function serverStatus(dataDir: string): ServerStatus {
  const folder = locateClusterFolder(dataDir);
  try {
    return describe(folder);
  } catch (error) {
    throw folderFault(error, folder.data);
  }
}

function describe(folder: ClusterFolder): ServerStatus {
  const running = findRunningServer(folder);
  const versionFile = path.join(folder.data, 'PG_VERSION');
  return {
    running: running !== undefined,
    pid: running?.pid ?? null,
    port: running?.port ?? null,
    major: existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim() : null,
    dataDirectory: folder.data,
    log: path.join(folder.home, 'server.log'),
  };
}
