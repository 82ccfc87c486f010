import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { noRepository, revisionUnknown } from './errors.ts';

const run = promisify(execFile);

/** A file of a revision, named from the folder that was asked for. */
export interface RevisionFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** The commit that a revision names. */
export async function resolveRevision(root: string, revision: string): Promise<string> {
  const found = await tryGit(root, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  if (found !== null) return found.trim();
  if ((await tryGit(root, ['rev-parse', '--git-dir'])) === null) throw noRepository(root);
  throw revisionUnknown(revision, await isShallow(root));
}

/** Whether the clone lacks a part of the history. */
export async function isShallow(root: string): Promise<boolean> {
  return (await tryGit(root, ['rev-parse', '--is-shallow-repository']))?.trim() === 'true';
}

/** The commit where two lines of history parted; null where one of them is unknown or they never met. */
export async function mergeBase(root: string, a: string, b: string): Promise<string | null> {
  return (await tryGit(root, ['merge-base', '--end-of-options', a, b]))?.trim() ?? null;
}

/** Tags that are reachable from HEAD and match a pattern, newest first. */
export async function tagsBelowHead(root: string, pattern: string): Promise<string[]> {
  const args = ['tag', '--list', pattern, '--merged', 'HEAD', '--sort=-creatordate'];
  return ((await tryGit(root, args)) ?? '').split('\n').filter(Boolean);
}

/** Paths that stand in the working tree and not at `commit`, below `folder`. */
export async function addedSince(
  root: string,
  commit: string,
  folder: string,
): Promise<Set<string>> {
  const listed = await tryGit(root, ['ls-tree', '-r', '-z', '--name-only', commit, '--', folder]);
  return new Set((listed ?? '').split('\0').filter(Boolean));
}

/** Files below `root` that differ from `commit`, with those that git does not know yet. */
export async function changedFiles(root: string, commit: string): Promise<string[]> {
  const listed = await Promise.all([
    tryGit(root, ['diff', '--name-only', '--no-renames', '--relative', '-z', commit, '--']),
    tryGit(root, ['ls-files', '--others', '--exclude-standard', '-z']),
  ]);
  return [...new Set(listed.flatMap((names) => (names ?? '').split('\0').filter(Boolean)))].sort();
}

/** Files of a commit below `root` that `wanted` picks, with their bytes. Links and submodules are left out. */
export async function readFilesAt(
  root: string,
  commit: string,
  wanted: (path: string) => boolean,
): Promise<RevisionFile[]> {
  const { stdout } = await run('git', ['ls-tree', '-r', '-z', commit], {
    cwd: root,
    maxBuffer: 1024 ** 3,
  });
  const entries = stdout.split('\0').flatMap((entry) => {
    const match = /^100\d{3} blob ([0-9a-f]+)\t(.*)$/s.exec(entry);
    const [, id = '', path = ''] = match ?? [];
    return match !== null && wanted(path) ? [{ id, path }] : [];
  });
  const contents = await readBlobs(
    root,
    entries.map(({ id }) => id),
  );
  return entries.map(({ path }, at) => ({ path, bytes: contents[at] ?? Buffer.alloc(0) }));
}

/** Blobs by id, through one process. */
async function readBlobs(root: string, ids: readonly string[]): Promise<Buffer[]> {
  const child = spawn('git', ['cat-file', '--batch'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(ids.map((id) => `${id}\n`).join(''));
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const blobs: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\n', at);
    const size = Number(bytes.subarray(at, end).toString().split(' ')[2]);
    blobs.push(bytes.subarray(end + 1, end + 1 + size));
    at = end + size + 2;
  }
  return blobs;
}

async function tryGit(root: string, args: readonly string[]): Promise<string | null> {
  try {
    return (await run('git', [...args], { cwd: root, maxBuffer: 64 * 1024 ** 2 })).stdout;
  } catch {
    return null;
  }
}
