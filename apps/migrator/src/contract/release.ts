import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type { Workspace } from '../environment/workspace.ts';

/**
 * Names the release that a workspace is: `RELEASE`, or else the versions of the root's package and
 * of the domains, which changesets raise.
 */
export function releaseOf({ root }: Workspace, { domains }: SchemaManifest): string {
  const named = process.env['RELEASE']?.trim();
  if (named !== undefined && named !== '') return named;
  const versions = ['.', ...domains.map(({ directory }) => directory)].flatMap((directory) => {
    const file = path.join(root, directory, 'package.json');
    if (!existsSync(file)) return [];
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    return typeof name === 'string' && typeof version === 'string' ? [`${name}@${version}`] : [];
  });
  return versions.join(' ');
}
