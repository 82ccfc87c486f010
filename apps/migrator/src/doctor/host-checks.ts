import { critical, ok, type Verdict } from './finding.ts';

const OLDEST_NODE = [20, 19] as const;

/** Node.js is of a version the workspace runs on. */
export function checkNode(version: string = process.versions.node): Verdict {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (!isOld) return ok(`Node.js ${version}.`);
  return critical(
    `Node.js ${version} is too old.`,
    `${OLDEST_NODE.join('.')} is the oldest version that runs all parts.`,
    `Install Node.js ${OLDEST_NODE.join('.')} or newer.`,
  );
}
