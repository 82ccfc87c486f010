import type { SchemaManifest } from '@holovitals/schema-composer';
import {
  greaterBump,
  greatestBump,
  jointRollout,
  type Bump,
  type Change,
  type Rollout,
} from './change.ts';
import { compareEnums } from './compare/compare-enums.ts';
import { compareModels } from './compare/compare-models.ts';
import type { Difference } from './compare/difference.ts';
import { RULES, type RuleCode } from './rules.ts';
import { spreadOf, type Spread } from './spread.ts';
import { bumpAt, isAtLeast } from './versions.ts';

/** A package's own word on a rule, from its `package.json`. */
export interface RuleOverride {
  readonly bump: Bump;
  readonly reason: string;
}

/** What the comparison needs to know of the packages. */
export interface PackageFacts {
  /** Version as the newer side's `package.json` has it. */
  readonly version: string;
  readonly rules: Readonly<Partial<Record<RuleCode, RuleOverride>>>;
}

/** A schema with its packages. */
export interface ReleaseSchema {
  /** How the caller names it: a revision, a file, the working tree. */
  readonly label: string;
  readonly manifest: SchemaManifest;
  /** By domain. */
  readonly packages: Readonly<Record<string, PackageFacts>>;
}

/** What the changes demand of one package. */
export interface PackageVerdict {
  readonly domain: string;
  readonly packageName: string;
  readonly version: string;
  /** By what its fragments changed, breaking first. */
  readonly changes: readonly Change[];
  /** By what others changed. */
  readonly spread: readonly Spread[];
  /** What a version from 1.0.0 on must be raised by. */
  readonly demand: Bump;
  /** The same for the version it has: below 1.0.0 the places shift by one, as semver has it. */
  readonly bump: Bump;
  /** When its migrations go out, seen from the code of the same release. */
  readonly rollout: Rollout;
}

/** Two schemas compared. */
export interface SchemaComparison {
  readonly before: { readonly label: string; readonly schemaHash: string };
  readonly after: { readonly label: string; readonly schemaHash: string };
  /** Dependencies first; domains of which nothing changed are left out. */
  readonly packages: readonly PackageVerdict[];
  /** What the package that holds the whole schema must be raised by: the greatest demand. */
  readonly whole: Bump;
  readonly rollout: Rollout;
}

/**
 * Compares two composed schemas and tells, for each domain's package, what changed and which version
 * bump it demands.
 *
 * @example
 * const { packages } = compareSchemas(await readSchema(root, 'v1.4.0'), await readSchema(root));
 */
export function compareSchemas(before: ReleaseSchema, after: ReleaseSchema): SchemaComparison {
  const isPastSunset = (domain: string, item: { deprecated: { sunset: string | null } | null }) => {
    const sunset = item.deprecated?.sunset ?? null;
    const version = after.packages[domain]?.version;
    return sunset !== null && version !== undefined && isAtLeast(version, sunset);
  };
  const differences = [
    ...compareModels(before.manifest, after.manifest, isPastSunset),
    ...compareEnums(before.manifest, after.manifest, isPastSunset),
  ];
  const judged = differences.map((difference) => ({
    change: judge(difference, after.packages[difference.domain]),
    block: difference.block,
    member: difference.member,
  }));
  const changes = judged.map(({ change }) => change);
  const spread = spreadOf(judged, before.manifest);
  const packages = domainsOf(before, after)
    .map((domain) => verdictOf(domain, changes, spread, after.packages[domain.name]?.version))
    .filter(({ demand }) => demand !== 'none');
  return {
    before: labelled(before),
    after: labelled(after),
    packages,
    whole: greatestBump(packages.map(({ bump }) => bump)),
    rollout: jointRollout(packages.map(({ rollout }) => rollout)),
  };
}

function labelled({ label, manifest }: ReleaseSchema) {
  return { label, schemaHash: manifest.schemaHash };
}

/** Domains of either side, in the order of the newer one, those that are gone last. */
function domainsOf(before: ReleaseSchema, after: ReleaseSchema) {
  const names = new Set(after.manifest.domains.map(({ name }) => name));
  const gone = before.manifest.domains.filter(({ name }) => !names.has(name));
  return [...after.manifest.domains, ...gone];
}

function judge(difference: Difference, facts: PackageFacts | undefined): Change {
  const { rule, domain, subject, message, place, likelyRename } = difference;
  const { client, rollout } = RULES[rule];
  const override = facts?.rules[rule];
  // What no order of roll-out survives stops somebody, whatever code can tell of it.
  const own = rollout === 'together' ? 'major' : greaterBump(client, 'patch');
  return {
    rule,
    domain,
    subject,
    message,
    place,
    client,
    rollout,
    bump: override?.bump ?? own,
    ...(override === undefined ? {} : { reason: override.reason }),
    ...(likelyRename === undefined ? {} : { likelyRename }),
  };
}

function verdictOf(
  { name, packageName }: { readonly name: string; readonly packageName: string },
  all: readonly Change[],
  everySpread: readonly Spread[],
  version = '0.0.0',
): PackageVerdict {
  const changes = all
    .filter(({ domain }) => domain === name)
    .map((change, at) => ({ change, at }))
    .sort((a, b) => weight(b.change) - weight(a.change) || a.at - b.at)
    .map(({ change }) => change);
  const spread = everySpread.filter(({ domain }) => domain === name);
  const demand = greatestBump([...changes, ...spread].map(({ bump }) => bump));
  return {
    domain: name,
    packageName,
    version,
    changes,
    spread,
    demand,
    bump: bumpAt(version, demand),
    rollout: jointRollout(changes.map(({ rollout }) => rollout)),
  };
}

function weight({ bump }: Change): number {
  return { none: 0, patch: 1, minor: 2, major: 3 }[bump];
}
