import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '../..');
const program = path.join(root, 'node_modules/.bin/turbo');

const INSTALL = ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent'];

/** A copy of what git knows of the workspace, to be edited and built. */
export interface WorkspaceCopy {
  readonly folder: string;
  /** Runs turbo in it; answers its standard output. */
  turbo(...args: string[]): Promise<string>;
  remove(): void;
}

/** Copies the workspace; `installed` also installs what it depends on, so that it builds. */
export function copyWorkspace({ installed = false } = {}): WorkspaceCopy {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'workspace-copy-'));
  const files = listFiles();
  for (const file of files) cpSync(path.join(root, file), path.join(folder, file));
  if (installed)
    execFileSync('pnpm', INSTALL, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  execFileSync('git', ['init', '-q'], { cwd: folder });
  return {
    folder,
    async turbo(...args) {
      const env = { ...process.env, DO_NOT_TRACK: '1' };
      const { stdout } = await run(program, args, { cwd: folder, env, maxBuffer: 2 ** 28 });
      return stdout;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function listFiles(): string[] {
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const output = execFileSync('git', listed, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const files = output.split('\0').filter((file) => file !== '');
  return [...new Set(files)].filter((file) => existsSync(path.join(root, file)));
}
