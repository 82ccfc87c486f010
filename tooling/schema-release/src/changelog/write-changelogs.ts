import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { wholePackageOf, schemaDirectoryOf } from '../check-changesets.ts';
import { compareSchemas } from '../compare-schemas.ts';
import { changelogMissing } from '../errors.ts';
import { emptySchema, readSchema } from '../read-schema.ts';
import { readWorkspacePackages } from '../workspace-packages.ts';
import { insertSection } from './insert-section.ts';
import { newMigrations } from './new-migrations.ts';
import type { MigrationLocks } from './read-plan.ts';
import { domainSection, wholeSection } from './schema-section.ts';

/** A section and the changelog that it belongs into. */
export interface ChangelogSection {
  readonly packageName: string;
  /** From the root. */
  readonly file: string;
  readonly version: string;
  readonly text: string;
}

/**
 * What the changelogs of the next release say of the schema: of each domain that changed, and of the
 * package that holds the whole schema. `commit` is that of the last release, null before the first.
 */
export async function changelogSections(
  root: string,
  commit: string | null,
  plan: ReadonlyMap<string, MigrationLocks>,
): Promise<ChangelogSection[]> {
  const after = await readSchema(root);
  const before = commit === null ? emptySchema(after) : await readSchema(root, commit);
  const comparison = compareSchemas(before, after);
  const migrations = await newMigrations(root, schemaDirectoryOf(root) ?? '.', commit, plan);
  const whole = wholePackageOf(root)?.packageName;
  const texts = new Map(
    comparison.packages.map((each) => [each.packageName, domainSection(each, migrations)]),
  );
  if (whole !== undefined && (texts.size > 0 || migrations.length > 0)) {
    texts.set(whole, wholeSection(comparison, migrations));
  }
  return readWorkspacePackages(root).flatMap(({ packageName, directory, version }) => {
    const text = texts.get(packageName);
    const file = path.posix.join(directory, 'CHANGELOG.md');
    return text === undefined ? [] : [{ packageName, file, version, text }];
  });
}

/**
 * Writes the sections below the versions that `changeset version` has written; all or none.
 *
 * @throws CodedError `RELEASE.CHANGELOG_MISSING`
 */
export function writeChangelogs(root: string, sections: readonly ChangelogSection[]): void {
  const written = sections.map(({ file, version, text }) => {
    const target = path.join(root, file);
    const changelog = existsSync(target) ? readFileSync(target, 'utf8') : '';
    const content = insertSection(changelog, version, text);
    if (content === null) throw changelogMissing(file, version);
    return { target, content };
  });
  for (const { target, content } of written) writeFileSync(target, content);
}
