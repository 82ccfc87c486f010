import { readFileSync } from 'node:fs';
import path from 'node:path';
import { noBase } from './errors.ts';
import { isShallow, mergeBase, resolveRevision, tagsBelowHead } from './git.ts';

/**
 * The commit to compare with where none is named: that of the last release, else where this line of
 * history left the base branch of changesets.
 *
 * @throws CodedError `RELEASE.NO_BASE`
 */
export async function findReleaseBase(root: string, packageName: string | null): Promise<string> {
  return (await findLastRelease(root, packageName)) ?? findBranchBase(root);
}

/** The commit of the newest release tag of `packageName` below HEAD; null before the first. */
export async function findLastRelease(
  root: string,
  packageName: string | null,
): Promise<string | null> {
  const pattern = packageName === null ? 'v[0-9]*' : `${packageName}@*`;
  const [tag] = await tagsBelowHead(root, pattern);
  return tag === undefined ? null : resolveRevision(root, tag);
}

/**
 * The commit where this line of history left the base branch of changesets.
 *
 * @throws CodedError `RELEASE.NO_BASE`
 */
export async function findBranchBase(root: string): Promise<string> {
  const branch = baseBranchOf(root);
  const base =
    (await mergeBase(root, 'HEAD', `origin/${branch}`)) ?? (await mergeBase(root, 'HEAD', branch));
  if (base === null) throw noBase(branch, await isShallow(root));
  return base;
}

function baseBranchOf(root: string): string {
  try {
    const config = JSON.parse(
      readFileSync(path.join(root, '.changeset/config.json'), 'utf8'),
    ) as Record<string, unknown>;
    return typeof config['baseBranch'] === 'string' ? config['baseBranch'] : 'main';
  } catch {
    return 'main';
  }
}
