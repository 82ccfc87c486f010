import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BUMPS, greaterBump, greatestBump, type Bump } from './change.ts';
import type { PackageVerdict, SchemaComparison } from './compare-schemas.ts';
import { changesetsUnreadable } from './errors.ts';
import { addedSince } from './git.ts';
import { changeWords } from './report/describe.ts';

/** A changeset that is not there yet. */
export interface MissingChangeset {
  readonly packageName: string;
  readonly demanded: Bump;
  /** What the changesets that are there say. */
  readonly present: Bump;
  /** Words for the changelog. */
  readonly summary: string;
}

/** How the changesets of a workspace stand to what its schema demands. */
export interface ChangesetCheck {
  readonly ok: boolean;
  readonly missing: readonly MissingChangeset[];
}

/** The package that holds the whole schema: it is released with its domains. */
export interface WholePackage {
  readonly packageName: string;
}

/** Holds the changesets written since `commit` against what the comparison demands. */
export async function checkChangesets(
  root: string,
  commit: string,
  comparison: SchemaComparison,
  whole: WholePackage | null,
): Promise<ChangesetCheck> {
  const present = await declaredBumps(root, commit);
  const demands = comparison.packages.map((verdict) => ({
    packageName: verdict.packageName,
    demanded: verdict.bump,
    summary: summaryOf(verdict),
  }));
  if (whole !== null && comparison.whole !== 'none') {
    const names = comparison.packages.map(({ packageName }) => packageName).join(', ');
    demands.push({
      packageName: whole.packageName,
      demanded: comparison.whole,
      summary: `The schema changed with ${names}.`,
    });
  }
  const missing = demands
    .map((demand) => ({ ...demand, present: present.get(demand.packageName) ?? ('none' as const) }))
    .filter(({ demanded, present: has }) => greaterBump(has, demanded) !== has);
  return { ok: missing.length === 0, missing };
}

/** Writes one changeset for each package that lacks one; answers their paths. */
export async function writeMissing(root: string, { missing }: ChangesetCheck): Promise<string[]> {
  const { default: write } = await import('@changesets/write');
  const writeChangeset = 'default' in write ? (write as { default: typeof write }).default : write;
  const files: string[] = [];
  for (const { packageName, demanded, summary } of missing) {
    if (demanded === 'none') continue;
    const releases = [{ name: packageName, type: demanded }];
    files.push(`.changeset/${await writeChangeset({ summary, releases }, root)}.md`);
  }
  return files;
}

/** The file that the check would like to see. */
export function changesetText({ packageName, demanded, summary }: MissingChangeset): string {
  return `---\n'${packageName}': ${demanded}\n---\n\n${summary}\n`;
}

async function declaredBumps(root: string, commit: string): Promise<Map<string, Bump>> {
  const older = await addedSince(root, commit, '.changeset');
  const changesets = await readChangesets(root);
  const bumps = new Map<string, Bump>();
  for (const { id, releases } of changesets) {
    if (older.has(`.changeset/${id}.md`)) continue;
    for (const { name, type } of releases) {
      const bump = BUMPS.find((each) => each === type) ?? 'none';
      bumps.set(name, greaterBump(bumps.get(name) ?? 'none', bump));
    }
  }
  return bumps;
}

async function readChangesets(root: string) {
  const { default: read } = await import('@changesets/read');
  const readAll = 'default' in read ? (read as { default: typeof read }).default : read;
  try {
    return await readAll(root);
  } catch (cause) {
    throw changesetsUnreadable(cause);
  }
}

function summaryOf({ changes, spread }: PackageVerdict): string {
  const worst = greatestBump([...changes, ...spread].map(({ bump }) => bump));
  const told = changes.filter(({ bump }) => worst === 'patch' || bump !== 'patch');
  const words = [
    ...told.map((change) => `${change.subject}: ${changeWords(change)}`),
    ...spread.map(({ subject, message }) => `${subject}: ${message}`),
  ];
  return words.length === 1 ? (words[0] ?? '') : words.map((each) => `- ${each}`).join('\n');
}

/** The package around the folder where the composed schema stands, unless a domain owns it. */
export function wholePackageOf(root: string): WholePackage | null {
  const schemaDirectory = schemaDirectoryOf(root);
  if (schemaDirectory === null) return null;
  for (let folder = schemaDirectory; folder !== '.'; folder = path.posix.dirname(folder)) {
    try {
      const json = JSON.parse(
        readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
      ) as Record<string, unknown>;
      return typeof json['name'] === 'string' ? { packageName: json['name'] } : null;
    } catch {
      // No package here: the one above may be it.
    }
  }
  return null;
}

/** The folder of the composed schema and its migrations, from the root. */
export function schemaDirectoryOf(root: string): string | null {
  const config = JSON.parse(readFileSync(path.join(root, 'schema.config.json'), 'utf8')) as {
    schemaDir?: unknown;
  };
  return typeof config.schemaDir === 'string' ? path.posix.normalize(config.schemaDir) : null;
}
