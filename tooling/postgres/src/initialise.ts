import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Binaries } from './binaries.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { dataForeign, wrongMajor } from './errors.ts';
import { serverEnvironment } from './server-environment.ts';
import { serverFault } from './server-fault.ts';

/** The superuser of every embedded server. */
export const SUPERUSER = 'postgres';

/** Tells whether there is data, and holds its version against the programs'. */
export function hasData(folder: ClusterFolder, binaries: Binaries): boolean {
  if (!existsSync(folder.data) || readdirSync(folder.data).length === 0) return false;
  const versionFile = path.join(folder.data, 'PG_VERSION');
  if (!existsSync(versionFile)) throw dataForeign(folder.data);
  const found = readFileSync(versionFile, 'utf8').trim();
  if (found !== binaries.major) throw wrongMajor(found, binaries.major, folder.data);
  return true;
}

/**
 * Makes the data directory: UTF-8, the builtin C.UTF-8 collation, checksums, scram-sha-256 for
 * every connection. It is made under a name of its own and renamed, so that a run that was killed,
 * and its `initdb` that lives on, leave nothing half-made.
 */
export async function initialise(
  folder: ClusterFolder,
  binaries: Binaries,
  password: string,
): Promise<void> {
  removePartials(folder);
  const partial = path.join(folder.cluster, `new-${randomBytes(6).toString('hex')}`);
  const passwordFile = `${partial}.password`;
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (folder.user.uid !== undefined && folder.user.gid !== undefined) {
      chownSync(passwordFile, folder.user.uid, folder.user.gid);
    }
    const output = await runInitdb(folder, binaries, [
      ...['-D', partial, '-U', SUPERUSER, `--pwfile=${passwordFile}`],
      ...['--auth=scram-sha-256', '--encoding=UTF8', '--data-checksums'],
      ...['--no-sync', ...localeArguments(binaries)],
    ]);
    if (output !== undefined) throw serverFault(output, folder);
    renameSync(partial, folder.data);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(partial, { recursive: true, force: true });
  }
}

/** The builtin provider sorts alike on every machine; it exists from PostgreSQL 17 on. */
function localeArguments({ major }: Binaries): string[] {
  if (Number(major) < 17) return ['--locale=C'];
  return ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
}

/** Answers what it said where it failed, else undefined. */
function runInitdb(
  folder: ClusterFolder,
  binaries: Binaries,
  args: readonly string[],
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(path.join(binaries.directory, 'initdb'), args, {
      ...folder.user,
      cwd: folder.cluster,
      env: serverEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) =>
      resolve(code === 0 ? undefined : `${output}\ninitdb ended with ${code}`),
    );
  });
}

/** An `initdb` of a killed run may still be writing into what is removed: it will fail, that is all. */
function removePartials(folder: ClusterFolder): void {
  for (const name of readdirSync(folder.cluster)) {
    if (!name.startsWith('new-')) continue;
    try {
      rmSync(path.join(folder.cluster, name), { recursive: true, force: true });
    } catch {
      // The next start removes the rest.
    }
  }
}
