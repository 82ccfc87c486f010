import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { locateClusterFolder, prepareClusterFolder } from '../cluster-folder.ts';
import { credentialsFolder } from '../credentials.ts';
import { openScratch, type ScratchServer, type ScratchServerOptions } from './scratch-server.ts';

/**
 * Starts a replica that streams from a scratch server, which is stopped for as long as its data is
 * copied and has the same URL afterwards. It knows the primary's roles, with their passwords.
 *
 * @example
 * const primary = await startScratchServer();
 * const replica = await startReplica(primary);
 */
export async function startReplica(
  primary: ScratchServer,
  options: ScratchServerOptions = {},
): Promise<ScratchServer> {
  const { data } = locateClusterFolder(primary.dataDir);
  const link = new URL(primary.url());
  return openScratch(options, async (home) => {
    await primary.stop();
    const copy = prepareClusterFolder(home).data;
    execFileSync('cp', ['-a', data, copy]);
    await primary.restart();
    rmSync(path.join(copy, 'postmaster.pid'), { force: true });
    cpSync(credentialsFolder(primary.dataDir), credentialsFolder(home), { recursive: true });
    writeFileSync(path.join(copy, 'standby.signal'), '');
    const { hostname, port, username, password } = link;
    appendFileSync(
      path.join(copy, 'postgresql.conf'),
      `\nprimary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password} application_name=replica'\n`,
    );
  });
}
