import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Role passwords of one server, each in a file that only its owner can read (mode 0600). */
export interface Credentials {
  /** A role's password: random, made when first asked for, the same ever after. */
  passwordOf(role: string): string;
  /** Tells whether a role has a password, without making one. */
  has(role: string): boolean;
}

/** Opens the passwords kept in a server's home folder. Processes that ask at once agree. */
export function openCredentials(home: string): Credentials {
  const folder = credentialsFolder(home);
  const fileOf = (role: string) => path.join(folder, encodeURIComponent(role));
  return {
    passwordOf: (role) => readPassword(fileOf(role)) ?? makePassword(folder, fileOf(role)),
    has: (role) => readPassword(fileOf(role)) !== undefined,
  };
}

/** The folder of the password files. */
export function credentialsFolder(home: string): string {
  return path.join(home, 'credentials');
}

/** Writes aside, then links: whoever links first decides, and nobody reads a half-written file. */
function makePassword(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const partial = path.join(folder, `.new-${randomBytes(6).toString('hex')}`);
  writeFileSync(partial, randomBytes(24).toString('base64url'), { mode: 0o600 });
  try {
    linkSync(partial, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(partial, { force: true });
  }
  return readFileSync(file, 'utf8');
}

function readPassword(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
