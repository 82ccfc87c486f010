import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { rootNotFound } from './errors.ts';

/** The nearest folder with a `pnpm-workspace.yaml`, from `start` upwards. */
export function findWorkspaceRoot(start: string): string {
  for (let directory = resolve(start); ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'pnpm-workspace.yaml'))) return directory;
    if (directory === dirname(directory)) throw rootNotFound(start);
  }
}

/** Folders with a `package.json` that the workspace's globs name, from the root, in byte order. */
export function listPackageDirectories(root: string): string[] {
  return listNamedFolders(root)
    .filter((directory) => existsSync(join(root, directory, 'package.json')))
    .sort(compareBytes);
}

/** Folders that the workspace's globs name, whether or not a package stands in them yet. */
export function listNamedFolders(root: string): string[] {
  const globs = readPackageGlobs(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'));
  const found = new Set<string>();
  for (const glob of globs.filter((each) => !each.startsWith('!'))) {
    expand(root, '', splitGlob(glob), found, new Set());
  }
  const excluded = globs
    .filter((each) => each.startsWith('!'))
    .map((each) => globPattern(splitGlob(each.slice(1))));
  return [...found].filter((directory) => !excluded.some((pattern) => pattern.test(directory)));
}

/** Orders texts by their UTF-8 bytes, whatever the locale. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The `packages:` list of pnpm-workspace.yaml, in block or flow form. */
function readPackageGlobs(yaml: string): string[] {
  const globs: string[] = [];
  let inside = false;
  for (const line of yaml.split(/\r?\n/)) {
    const header = /^packages\s*:\s*(\[.*\])?/.exec(line);
    if (header !== null) {
      inside = true;
      for (const each of header[1]?.slice(1, -1).split(',') ?? []) globs.push(scalar(each));
    } else if (inside && /^\s*-\s+/.test(line)) {
      globs.push(scalar(line.replace(/^\s*-\s+/, '')));
    } else if (/^\S/.test(line) && !line.startsWith('#')) {
      inside = false;
    }
  }
  return globs.filter((glob) => glob !== '');
}

function scalar(text: string): string {
  const quoted = /^\s*(['"])(.*?)\1/.exec(text);
  return (quoted?.[2] ?? text.replace(/\s#.*$/, '')).trim();
}

function splitGlob(glob: string): string[] {
  return glob.split('/').filter((part) => part !== '' && part !== '.');
}

function expand(
  root: string,
  directory: string,
  parts: readonly string[],
  found: Set<string>,
  ancestors: ReadonlySet<string>,
): void {
  const [part, ...rest] = parts;
  if (part === undefined) {
    found.add(directory);
    return;
  }
  if (!/[*?{[]/.test(part)) {
    const next = directory === '' ? part : `${directory}/${part}`;
    if (isDirectory(join(root, next))) expand(root, next, rest, found, ancestors);
    return;
  }
  // A link may lead back to a folder above it.
  const real = realpathSync(join(root, directory));
  if (ancestors.has(real)) return;
  const below = new Set(ancestors).add(real);
  if (part === '**') expand(root, directory, rest, found, ancestors);
  const pattern = globPattern([part === '**' ? '*' : part]);
  for (const name of readdirSync(join(root, directory))) {
    if (name === 'node_modules' || name.startsWith('.') || !pattern.test(name)) continue;
    const next = directory === '' ? name : `${directory}/${name}`;
    if (!isDirectory(join(root, next))) continue;
    if (part === '**') expand(root, next, parts, found, below);
    else expand(root, next, rest, found, new Set());
  }
}

function globPattern(parts: readonly string[]): RegExp {
  const source = parts
    .map((part) =>
      part === '**'
        ? '(?:[^/]+(?:/[^/]+)*)?'
        : part
            .replace(/[.+^$()|\\]/g, '\\$&')
            .replace(/\{([^}]*)\}/g, (_, list: string) => `(?:${list.split(',').join('|')})`)
            .replace(/\*/g, '[^/]*')
            .replace(/\?/g, '[^/]'),
    )
    .join('/');
  return new RegExp(`^${source}$`);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
