import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Binaries } from './binaries.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { diskFull, noPermission, startFailed, wrongMajor } from './errors.ts';
import { giveToServer, serverIds } from './server-user.ts';

/** The superuser of every embedded server. */
export const SUPERUSER = 'postgres';

/**
 * Makes the data directory where there is none: UTF-8, the builtin C.UTF-8 collation, checksums,
 * scram-sha-256 for every connection. It is made under another name and renamed, so that a
 * run that was killed leaves nothing half-made.
 *
 * @throws CodedError `POSTGRES.WRONG_MAJOR`, `POSTGRES.DISK_FULL`, `POSTGRES.START_FAILED`
 */
export function initialise(folder: ClusterFolder, binaries: Binaries, password: string): void {
  if (existsSync(path.join(folder.data, 'PG_VERSION'))) {
    const found = readFileSync(path.join(folder.data, 'PG_VERSION'), 'utf8').trim();
    if (found !== binaries.major) throw wrongMajor(found, binaries.major, folder.data);
    return;
  }
  const partial = `${folder.data}.new`;
  const passwordFile = path.join(folder.cluster, 'initial-password');
  rmSync(partial, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    giveToServer(passwordFile);
    const run = spawnSync(
      path.join(binaries.directory, 'initdb'),
      ['-D', partial, '-U', SUPERUSER, `--pwfile=${passwordFile}`, ...initArguments(binaries)],
      { ...serverIds, cwd: folder.cluster, encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } },
    );
    if (run.status !== 0) throw initFault(`${run.stderr}${run.error?.message ?? ''}`, folder);
    renameSync(partial, folder.data);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(partial, { recursive: true, force: true });
  }
}

function initArguments(binaries: Binaries): string[] {
  const locale =
    Number(binaries.major) >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : ['--locale=C'];
  return [
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--data-checksums',
    '--no-sync',
    '--no-instructions',
    ...locale,
  ];
}

function initFault(output: string, folder: ClusterFolder): Error {
  if (/No space left on device|Disk quota exceeded/i.test(output)) return diskFull(folder.cluster);
  if (/Permission denied|Read-only file system/i.test(output)) return noPermission(folder.cluster);
  return startFailed(output.slice(-800));
}
