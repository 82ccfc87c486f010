import type { Bump, Rollout } from '../change.ts';
import { compareSchemas, type SchemaComparison } from '../compare-schemas.ts';
import { changedFiles } from '../git.ts';
import { isComposed, readSchema } from '../read-schema.ts';
import { readWorkspacePackages, type WorkspacePackage } from '../workspace-packages.ts';
import { changedTasks, type ChangedTask } from './changed-tasks.ts';
import { consumersOf, type Consumer } from './consumers.ts';

/** `changed`: files of its own; `reads`: files of others that its tasks read; `depends`: on one of these. */
export type AffectedWhy = 'changed' | 'reads' | 'depends';

/** A package that a change touches. */
export interface AffectedPackage {
  readonly packageName: string;
  readonly directory: string;
  readonly domain: string | null;
  readonly why: AffectedWhy;
  /** The changed files behind `changed` and `reads`, from the root. */
  readonly files: readonly string[];
  /** What has to run again. */
  readonly tasks: readonly string[];
  readonly owners: readonly string[];
}

/** A domain whose schema changed. */
export interface AffectedDomain {
  readonly domain: string;
  readonly packageName: string;
  readonly bump: Bump;
  readonly rollout: Rollout;
  /** `Item`, `Item.price`, `Kind.PIECE`. */
  readonly subjects: readonly string[];
  /** Fields of other domains that lead to what changed. */
  readonly consumers: readonly Consumer[];
}

/** What a change touches, and who must know. */
export interface Affected {
  readonly since: string;
  /** Changed files, from the root. */
  readonly files: readonly string[];
  readonly packages: readonly AffectedPackage[];
  readonly schema: readonly AffectedDomain[];
  /** Owners of what changed, of what reads it, and of the domains that lead to it. */
  readonly mustKnow: readonly string[];
}

/**
 * Tells what differs from a commit, the working tree included: packages with the reason and the
 * tasks to run, domains whose schema changed with their consumers, and the owners of both.
 *
 * @throws CodedError `RELEASE.TURBO_FAILED`, `RELEASE.SCHEMA_INVALID`, `RELEASE.OWNERS_INVALID`
 */
export async function findAffected(root: string, commit: string): Promise<Affected> {
  const all = readWorkspacePackages(root);
  const [files, tasks] = await Promise.all([
    changedFiles(root, commit),
    changedTasks(root, commit),
  ]);
  const packages = all
    .map((each) => affectedPackage(each, all, files, tasks))
    .filter((each) => each !== null);
  const schema = files.some(isComposed) ? await affectedDomains(root, commit) : [];
  return { since: commit, files, packages, schema, mustKnow: ownersOf(all, packages, schema) };
}

function affectedPackage(
  { packageName, directory, domain, owners, scripts }: WorkspacePackage,
  all: readonly WorkspacePackage[],
  files: readonly string[],
  tasks: readonly ChangedTask[],
): AffectedPackage | null {
  const mine = tasks.filter(
    (each) => each.packageName === packageName && scripts.includes(each.task),
  );
  const changed = files.filter((file) => homeOf(file, all) === directory);
  if (mine.length === 0 && changed.length === 0) return null;
  const read = mine.flatMap(({ file }) => file ?? []);
  const why = changed.length > 0 ? 'changed' : read.length > 0 ? 'reads' : 'depends';
  return {
    packageName,
    directory,
    domain,
    why,
    files: changed.length > 0 ? changed : [...new Set(read)].sort(),
    tasks: [...new Set(mine.map(({ task }) => task))].sort(),
    owners,
  };
}

/** The deepest package folder around a file. */
function homeOf(file: string, all: readonly WorkspacePackage[]): string {
  return all
    .map(({ directory }) => directory)
    .filter((directory) => directory !== '' && file.startsWith(`${directory}/`))
    .reduce((deepest, each) => (each.length > deepest.length ? each : deepest), '');
}

async function affectedDomains(root: string, commit: string): Promise<AffectedDomain[]> {
  const before = await readSchema(root, commit);
  const after = await readSchema(root);
  const comparison: SchemaComparison = compareSchemas(before, after);
  return comparison.packages
    .filter(({ changes }) => changes.length > 0)
    .map(({ domain, packageName, bump, rollout, changes }) => {
      const subjects = [...new Set(changes.map(({ subject }) => subject))];
      const consumers = consumersOf(domain, subjects, [before.manifest, after.manifest]);
      return { domain, packageName, bump, rollout, subjects, consumers };
    });
}

function ownersOf(
  all: readonly WorkspacePackage[],
  packages: readonly AffectedPackage[],
  schema: readonly AffectedDomain[],
): string[] {
  const domains = new Set(schema.flatMap(({ consumers }) => consumers.map((each) => each.domain)));
  return [
    ...new Set([
      ...packages.filter(({ why }) => why !== 'depends').flatMap(({ owners }) => owners),
      ...all.filter(({ domain }) => domains.has(domain ?? '')).flatMap(({ owners }) => owners),
    ]),
  ].sort();
}
