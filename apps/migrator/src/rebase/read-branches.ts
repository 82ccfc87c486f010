import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from '../environment/workspace.ts';
import { gitUnreadable, migrationUnreadable, migrationUnsealed, rebaseRefused } from '../errors.ts';
import { decodeScript } from '../history/decode-script.ts';
import { readHistory, type Migration } from '../history/read-history.ts';
import { findCommit, git, gitList } from './git.ts';

/** A migration of a branch. */
export interface BranchMigration extends Migration {
  /** As its `meta.json` says. */
  readonly domains: readonly string[];
}

/** The migrations of two branches, each list in the order of its names. */
export interface Branches {
  /** What the other branch is called. */
  readonly onto: string;
  /** What both have. */
  readonly base: readonly Migration[];
  /** Those that the other branch added. */
  readonly theirs: readonly BranchMigration[];
  /** Those that are in this working tree, and not on the other branch. */
  readonly ours: readonly BranchMigration[];
}

/** What a merge or rebase that stopped calls the other side's commit. */
const UNDER_WAY = ['MERGE_HEAD', 'REBASE_HEAD', 'CHERRY_PICK_HEAD'] as const;
const UPSTREAMS = ['origin/main', 'main'] as const;

/**
 * Finds in git which migrations two branches added since they parted, also while a merge or a rebase
 * of them waits for its conflicts.
 *
 * @throws CodedError `MIGRATOR.GIT_UNREADABLE`, `MIGRATOR.REBASE_REFUSED`,
 * `MIGRATOR.MIGRATION_UNREADABLE`, `MIGRATOR.MIGRATION_UNSEALED`
 */
export async function readBranches(workspace: Workspace, onto?: string): Promise<Branches> {
  const { root } = workspace;
  await git(root, ['rev-parse', '--git-dir']);
  const other = await findOther(root, onto);
  const parted = await findBase(root, other);
  const folder = folderOf(workspace);
  const names = async (commit: string) => namesIn(await listFiles(root, commit, folder));
  const [upstream, common] = [await names(other.commit), await names(parted)];
  await refuseChanged(root, { folder, upstream, common, parted, other });
  const history = readHistory(workspace);
  const own = history.filter(({ name }) => !upstream.includes(name));
  refuseUnsealed(own);
  const added = upstream.filter((name) => !common.includes(name));
  // Both are merged already: those of theirs count before which ours would run.
  const oldest = own[0]?.name;
  const later = (name: string) => oldest !== undefined && name > oldest;
  const theirs = new Set(added.length > 0 ? added : upstream.filter(later));
  const read = async (name: string) =>
    history.find((it) => it.name === name) ?? (await readAt(root, other.commit, folder, name));
  return {
    onto: other.name,
    base: await Promise.all(upstream.filter((name) => !theirs.has(name)).map(read)),
    theirs: await Promise.all(
      [...theirs].map(async (name) => ({
        ...(await read(name)),
        domains: await domainsAt(root, other.commit, folder, name),
      })),
    ),
    ours: own.map((it) => ({ ...it, domains: domainsOf(workspace, it.name) })),
  };
}

interface Other {
  readonly name: string;
  readonly commit: string;
}

async function findOther(root: string, onto: string | undefined): Promise<Other> {
  for (const name of onto === undefined ? ['MERGE_HEAD', ...UPSTREAMS] : [onto]) {
    const commit = await findCommit(root, name);
    if (commit !== null) return { name, commit };
  }
  throw gitUnreadable(
    onto === undefined ? `There is no ${UPSTREAMS.join(' and no ')}.` : `There is no "${onto}".`,
    'Name the branch to follow with `--onto`, after `git fetch`.',
  );
}

/** Where all that come together parted. */
async function findBase(root: string, { name, commit }: Other): Promise<string> {
  const heads = await Promise.all(['HEAD', ...UNDER_WAY].map((it) => findCommit(root, it)));
  const tips = [...new Set([commit, ...heads.filter((it) => it !== null)])];
  const answer = await git(root, ['merge-base', '--octopus', ...tips]).catch(() => null);
  const base = answer?.toString('utf8').trim().split('\n')[0] ?? '';
  if (base !== '') return base;
  throw gitUnreadable(
    `This branch and ${name} have no commit in common here.`,
    'Where the clone is shallow, run `git fetch --unshallow`.',
  );
}

function folderOf({ root, migrationsDirectory }: Workspace): string {
  return path.relative(root, migrationsDirectory).split(path.sep).join('/');
}

function listFiles(root: string, commit: string, folder: string): Promise<string[]> {
  return gitList(root, ['ls-tree', '-r', '-z', '--name-only', commit, '--', `${folder}/`]);
}

/** The migrations whose script is among files. */
function namesIn(files: readonly string[]): string[] {
  return files
    .filter((file) => path.posix.basename(file) === 'migration.sql')
    .map((file) => path.posix.basename(path.posix.dirname(file)))
    .sort();
}

interface Sides {
  readonly folder: string;
  readonly upstream: readonly string[];
  readonly common: readonly string[];
  readonly parted: string;
  readonly other: Other;
}

/** What both have, and what is theirs, must be the same on both sides. */
async function refuseChanged(root: string, sides: Sides): Promise<void> {
  const { folder, upstream, common, parted, other } = sides;
  const diff = ['diff', '--name-only', '-z', '--no-renames', '--relative', '--diff-filter=MDTU'];
  const between = async (...commits: string[]) =>
    namesIn(await gitList(root, [...diff, ...commits, '--', folder]));
  const theirs = await between(parted, other.commit);
  const here = await between(parted);
  const gone = upstream.filter((name) => !common.includes(name));
  const edited = (await between(other.commit)).filter(
    (name) => gone.includes(name) && existsSync(path.join(root, folder, name)),
  );
  const problems = [
    ...theirs.map((name) => `${other.name} changed or removed ${name}.`),
    ...here.map((name) => `${name} is changed or removed here.`),
    ...edited.map((name) => `${name} here is not the one of ${other.name}.`),
  ];
  if (problems.length > 0) {
    throw rebaseRefused(
      [...new Set(problems)],
      'Bring the migrations back from version control, or rename a folder of yours by hand.',
    );
  }
}

function refuseUnsealed(own: readonly Migration[]): void {
  const unsealed = own.filter(({ sealed }) => !sealed).map(({ name }) => name);
  if (unsealed.length > 0) throw migrationUnsealed(unsealed);
}

async function readAt(
  root: string,
  commit: string,
  folder: string,
  name: string,
): Promise<Migration> {
  const sql = decodeScript(
    await git(root, ['show', `${commit}:./${folder}/${name}/migration.sql`]),
  );
  if (sql === null) {
    throw migrationUnreadable(name, 'Its migration.sql is not UTF-8, or holds a NUL.');
  }
  return { name, sql, sealed: true };
}

function domainsOf({ migrationsDirectory }: Workspace, name: string): readonly string[] {
  return domainsIn(readFileSync(path.join(migrationsDirectory, name, 'meta.json'), 'utf8'));
}

async function domainsAt(root: string, commit: string, folder: string, name: string) {
  const file = `${commit}:./${folder}/${name}/meta.json`;
  const meta = await git(root, ['show', file]).catch(() => null);
  return meta === null ? [] : domainsIn(meta.toString('utf8'));
}

function domainsIn(meta: string): readonly string[] {
  try {
    const { domains = [] } = JSON.parse(meta) as { readonly domains?: readonly string[] };
    return domains;
  } catch {
    return [];
  }
}
