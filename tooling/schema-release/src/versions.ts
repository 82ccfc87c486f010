import type { Bump } from './change.ts';

/**
 * The bump of a version that means as much as `demand` does from 1.0.0 on. Below it the places shift
 * as npm's ranges have it: `^0.2.0` takes patches, `^0.0.2` takes nothing.
 */
export function bumpAt(version: string, demand: Bump): Bump {
  const [major = 0, minor = 0] = parts(version);
  if (major > 0 || demand === 'none') return demand;
  return minor > 0 && demand === 'major' ? 'minor' : 'patch';
}

/** Tells whether a version has reached another; a pre-release has not. */
export function isAtLeast(version: string, other: string): boolean {
  const [left, right] = [parts(version), parts(other)];
  for (const at of [0, 1, 2]) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return !version.includes('-');
}

function parts(version: string): number[] {
  return version
    .replace(/[-+].*$/, '')
    .split('.')
    .map(Number);
}
