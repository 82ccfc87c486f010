import { CodedError } from '@holovitals/errors';

export function revisionUnknown(revision: string, isShallow = false): CodedError {
  return new CodedError({
    code: 'RELEASE.REVISION_UNKNOWN',
    kind: 'missing',
    message: `"${revision}" is no revision of this repository and no file.`,
    fix: isShallow
      ? DEEPEN
      : 'Name a commit, a tag, a branch, a schema.manifest.json or a .prisma file; `git fetch --tags` brings what the remote has.',
    details: { revision, isShallow },
  });
}

export function noRepository(root: string): CodedError {
  return new CodedError({
    code: 'RELEASE.NO_REPOSITORY',
    kind: 'missing',
    message: `${root} is not inside a git repository.`,
    fix: 'Run it inside one, or compare two files.',
  });
}

export function schemaInvalid(label: string, diagnostics: string, count: number): CodedError {
  return new CodedError({
    code: 'RELEASE.SCHEMA_INVALID',
    kind: 'invalid',
    message: `The schema of ${label} does not compose.`,
    why: `${String(count)} ${count === 1 ? 'fault' : 'faults'}:\n${diagnostics}`,
    fix: 'Mend what is named; `schema-composer --check` holds the working tree against the rules.',
    details: { label, count },
  });
}

export function rulesInvalid(file: string, why: string): CodedError {
  return new CodedError({
    code: 'RELEASE.RULES_INVALID',
    kind: 'invalid',
    message: `"schemaRelease" in ${file} is not what it must be.`,
    why,
    fix: 'Write "schemaRelease": { "rules": { "CODE": { "bump": "minor", "reason": "…" } } }; `schema-release rules` lists the codes.',
    details: { file },
  });
}

/** What brings the history that a shallow clone left out, as those of CI are. */
const DEEPEN = 'Run `git fetch --unshallow --tags`: this clone holds only a part of the history.';

export function noBase(branch: string, isShallow: boolean): CodedError {
  return new CodedError({
    code: 'RELEASE.NO_BASE',
    kind: 'missing',
    message: 'There is no release to compare with.',
    why: `No tag of a release is reachable, and ${branch} is no branch of this repository.`,
    fix: isShallow ? DEEPEN : 'Name a revision with --since, such as that of the last release.',
    details: { branch, isShallow },
  });
}

export function changesetsUnreadable(cause: unknown): CodedError {
  return new CodedError({
    code: 'RELEASE.CHANGESETS_UNREADABLE',
    kind: 'invalid',
    message: 'The changesets cannot be read.',
    why: cause instanceof Error ? cause.message.split('\n', 1)[0] : undefined,
    fix: 'Mend or remove the file in .changeset; `pnpm changeset` writes a new one.',
    cause,
  });
}

export function ownersInvalid(file: string): CodedError {
  return new CodedError({
    code: 'RELEASE.OWNERS_INVALID',
    kind: 'invalid',
    message: `"codeOwners" in ${file} is not what it must be.`,
    fix: 'Write "codeOwners": ["@organisation/team"]: people, teams or mail addresses.',
    details: { file },
  });
}

export function turboFailed(cause?: unknown): CodedError {
  return new CodedError({
    code: 'RELEASE.TURBO_FAILED',
    kind: 'unavailable',
    message: 'turbo does not tell what is affected.',
    fix: 'Run `pnpm install`, then `pnpm turbo query affected` to see what it says; it needs version 2.11 or newer.',
    cause,
  });
}

export function changelogMissing(file: string, version: string): CodedError {
  return new CodedError({
    code: 'RELEASE.CHANGELOG_MISSING',
    kind: 'missing',
    message: `${file} has no entry for ${version}.`,
    why: 'The schema of this package changed since the last release, and its version did not.',
    fix: 'Run `schema-release check --write`, then `pnpm changeset version`, then this again.',
    details: { file, version },
  });
}

export function planUnreadable(file: string, cause?: unknown): CodedError {
  return new CodedError({
    code: 'RELEASE.PLAN_UNREADABLE',
    kind: 'invalid',
    message: `${file} is no plan of migrations.`,
    fix: 'Write it with `migrator plan --json`.',
    details: { file },
    cause,
  });
}
