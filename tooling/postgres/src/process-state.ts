import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

const hasProc = process.platform === 'linux';

/** Tells whether a process lives; a zombie does not. */
export function isAlive(pid: number): boolean {
  const found = describe(pid);
  return found !== undefined && found.state !== 'Z' && found.state !== 'X';
}

/** What tells one life of a pid from the next: `pid:start time`. */
export function lifeOf(pid: number): string {
  return `${pid}:${describe(pid)?.started ?? ''}`;
}

/** Tells whether the process that {@link lifeOf} described still lives. */
export function isSameLife(life: string): boolean {
  const pid = Number(life.split(':')[0]);
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) && lifeOf(pid) === life;
}

/** Tells whether a pid is a server, or a server's child, that works in a data folder. */
export function isServerOf(pid: number, dataFolder: string): boolean {
  if (!isAlive(pid) || describe(pid)?.name !== 'postgres') return false;
  return workingFolder(pid) === undefined || workingFolder(pid) === realpathSync(dataFolder);
}

/**
 * Finds the server processes that work in a data folder, by their working folder; none where the
 * system does not show it. After a server was killed its children live on for moments.
 */
export function findServerProcesses(dataFolder: string): number[] {
  if (!hasProc || !existsSync(dataFolder)) return [];
  const folder = realpathSync(dataFolder);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && workingFolder(pid) === folder && isServerOf(pid, dataFolder));
}

interface ProcessDescription {
  readonly name: string;
  readonly state: string;
  /** Any number that another life of the same pid does not share. */
  readonly started: string;
}

function describe(pid: number): ProcessDescription | undefined {
  return hasProc ? describeByProc(pid) : describeByPs(pid);
}

/** The name stands in parentheses and may hold any character, also `)`. */
function describeByProc(pid: number): ProcessDescription | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    return { name, state: rest[0] ?? 'X', started: rest[19] ?? '' };
  } catch {
    return undefined;
  }
}

/** POSIX `ps`, for systems without `/proc`. */
export function describeByPs(pid: number): ProcessDescription | undefined {
  const run = spawnSync('ps', ['-p', String(pid), '-o', 'stat=', '-o', 'lstart=', '-o', 'comm='], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const line = /^\s*(\S)\S*\s+(\S+ +\S+ +\d+ [\d:]+ \d+)\s+(.+?)\s*$/.exec(run.stdout);
  if (line === null) return undefined;
  const [, state = 'X', started = '', command = ''] = line;
  return { name: command.split('/').at(-1) ?? '', state, started: String(Date.parse(started)) };
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
