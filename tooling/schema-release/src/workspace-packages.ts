import { readFileSync } from 'node:fs';
import path from 'node:path';
import { listPackageDirectories } from '@holovitals/schema-composer';
import { ownersInvalid } from './errors.ts';

/** A package of the workspace, as its `package.json` has it. */
export interface WorkspacePackage {
  readonly packageName: string;
  /** From the root, with forward slashes; empty for the root itself. */
  readonly directory: string;
  readonly version: string;
  /** The domain whose fragments it holds. */
  readonly domain: string | null;
  /** Who must see its changes: people, teams or addresses, as code hosts name them. */
  readonly owners: readonly string[];
  /** Names of its scripts. */
  readonly scripts: readonly string[];
}

/** `@person`, `@organisation/team` or a mail address. */
const OWNER = /^(?:@[\w.-]+(?:\/[\w.-]+)?|[^\s@#]+@[^\s@#]+)$/;

/**
 * The root and every package below it, in byte order of their folders. Where a package names no
 * `codeOwners`, the root's are its owners.
 *
 * @throws CodedError `RELEASE.OWNERS_INVALID`
 */
export function readWorkspacePackages(root: string): WorkspacePackage[] {
  const whole = readPackage(root, '');
  const below = listPackageDirectories(root).map((directory) => readPackage(root, directory));
  return [
    whole,
    ...below.map((each) => (each.owners.length > 0 ? each : { ...each, owners: whole.owners })),
  ];
}

function readPackage(root: string, directory: string): WorkspacePackage {
  const file = path.posix.join(directory, 'package.json');
  const json = JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<string, unknown>;
  const { name, version, schemaDomain, codeOwners = [], scripts } = json;
  if (!Array.isArray(codeOwners) || !codeOwners.every(isOwner)) throw ownersInvalid(file);
  return {
    packageName: typeof name === 'string' ? name : directory,
    directory,
    version: typeof version === 'string' ? version : '0.0.0',
    domain: typeof schemaDomain === 'string' ? schemaDomain : null,
    owners: codeOwners,
    scripts: typeof scripts === 'object' && scripts !== null ? Object.keys(scripts) : [],
  };
}

function isOwner(value: unknown): value is string {
  return typeof value === 'string' && OWNER.test(value);
}
