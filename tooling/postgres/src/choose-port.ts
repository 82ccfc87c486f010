import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ClusterFolder } from './cluster-folder.ts';
import { portTaken } from './errors.ts';
import { findFreePort, isPortFree } from './ports.ts';

/**
 * Chooses the port of a server: the one that is wanted, else the one remembered, else a free one,
 * which is remembered from then on.
 *
 * @throws CodedError `POSTGRES.PORT_TAKEN` where the wanted one is in use
 */
export async function choosePort(
  folder: ClusterFolder,
  wanted: number | undefined,
  log: (line: string) => void,
): Promise<number> {
  const file = path.join(folder.home, 'port');
  const remembered = readPort(file);
  if (wanted !== undefined) {
    if (!(await isPortFree(wanted))) throw portTaken(wanted);
    return remember(file, wanted);
  }
  if (remembered !== undefined && (await isPortFree(remembered))) return remembered;
  const port = remember(file, await findFreePort());
  if (remembered !== undefined) {
    log(`port ${remembered} is used by another program now, taking ${port}`);
  }
  return port;
}

function remember(file: string, port: number): number {
  writeFileSync(file, `${port}\n`);
  return port;
}

function readPort(file: string): number | undefined {
  const port = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
