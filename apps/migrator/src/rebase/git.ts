import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gitUnreadable } from '../errors.ts';

const execute = promisify(execFile);
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Asks git about the repository of a folder, and changes nothing there. Paths in answers and
 * arguments are those below the folder.
 *
 * @throws CodedError `MIGRATOR.GIT_UNREADABLE`
 */
export async function git(root: string, args: readonly string[]): Promise<Buffer> {
  try {
    const { stdout } = await execute('git', [...args], {
      ...{ cwd: root, encoding: 'buffer', maxBuffer: MOST_BYTES },
      env: { ...process.env, GIT_LITERAL_PATHSPECS: '1', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    });
    return stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: Buffer };
    if (code === 'ENOENT') throw gitUnreadable('git is not installed.', 'Install git.');
    throw gitUnreadable(
      stderr?.toString('utf8').trim().split('\n')[0] || `git ${args[0] ?? ''} failed.`,
      'Run the command in a git repository that holds the commits of both branches.',
    );
  }
}

/** Finds the commit that a name means in a repository; null where there is none. */
export async function findCommit(root: string, name: string): Promise<string | null> {
  if (name.startsWith('-')) return null;
  const answer = await git(root, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]).catch(
    () => null,
  );
  return answer?.toString('utf8').trim() ?? null;
}

/** Lists the names that git ends with a NUL. */
export async function gitList(root: string, args: readonly string[]): Promise<string[]> {
  const answer = await git(root, args);
  return answer
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '');
}
