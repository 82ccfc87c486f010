import type { SourcePlace } from '@holovitals/schema-composer';
import type { RuleCode } from './rules.ts';

/** A version bump as semver.org 2.0.0 has it, least first. */
export const BUMPS = ['none', 'patch', 'minor', 'major'] as const;
export type Bump = (typeof BUMPS)[number];

/**
 * When the migration goes out, seen from the code of the same release: `before` and `after` keep the
 * release that is still running alive; `together` means that no order does.
 */
export const ROLLOUTS = ['any', 'before', 'after', 'together'] as const;
export type Rollout = (typeof ROLLOUTS)[number];

/** One difference between two schemas, judged. */
export interface Change {
  readonly rule: RuleCode;
  /** Whose fragments changed. */
  readonly domain: string;
  /** `Item`, `Item.price`, `Kind.PIECE`. */
  readonly subject: string;
  /** One sentence. */
  readonly message: string;
  /** In the newer schema; in the older one for what is gone. */
  readonly place: SourcePlace | null;
  /** What code that uses the generated client can tell of it. */
  readonly client: Bump;
  readonly rollout: Rollout;
  /** What the package's version must say, of both readers and the package's own rules. */
  readonly bump: Bump;
  /** Why the package's rules lower or raise it. */
  readonly reason?: string;
  /** What looks like the same under another name; nobody has said so yet. */
  readonly likelyRename?: LikelyRename;
}

/** A removal and an addition that may be one rename. */
export interface LikelyRename {
  /** The new name. */
  readonly to: string;
  /** 0 to 1. */
  readonly confidence: number;
}

/** The greater of two. */
export function greaterBump(a: Bump, b: Bump): Bump {
  return BUMPS.indexOf(a) >= BUMPS.indexOf(b) ? a : b;
}

/** The greatest, `none` of an empty list. */
export function greatestBump(bumps: Iterable<Bump>): Bump {
  let greatest: Bump = 'none';
  for (const bump of bumps) greatest = greaterBump(greatest, bump);
  return greatest;
}

/** When all of them can go out: one that wants before and one that wants after make `together`. */
export function jointRollout(rollouts: Iterable<Rollout>): Rollout {
  const wanted = new Set([...rollouts].filter((rollout) => rollout !== 'any'));
  if (wanted.size > 1) return 'together';
  return [...wanted][0] ?? 'any';
}
