import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readManifest } from '@holovitals/schema-composer';
import type { Workspace } from '../environment/workspace.ts';
import { packageModuleUnreadable } from '../errors.ts';

/** The lists that a package's `migrator` may name a module for. */
type ListName = 'commands' | 'upkeep';

interface PackageManifest {
  readonly migrator?: Readonly<Partial<Record<ListName, string>>>;
}

/** An entry of a package's list, with the domain it comes from. */
export interface PackageEntry<Entry> {
  readonly domain: string;
  readonly entry: Entry;
}

/**
 * Reads a list that the domains' packages bring: `"migrator": { "commands": "./commands.js" }` names
 * a module that exports `commands`. Where no schema is composed, packages have nothing to say.
 *
 * @throws CodedError `MIGRATOR.PACKAGE_MODULE_UNREADABLE`
 */
export async function readPackageList<Entry>(
  workspace: Workspace,
  list: ListName,
  isEntry: (value: unknown) => value is Entry,
): Promise<PackageEntry<Entry>[]> {
  if (!existsSync(workspace.manifestFile)) return [];
  const entries: PackageEntry<Entry>[] = [];
  for (const { name: domain, directory } of readManifest(workspace.manifestFile).domains) {
    const folder = path.join(workspace.root, directory);
    const file = path.join(folder, 'package.json');
    const { migrator } = JSON.parse(readFileSync(file, 'utf8')) as PackageManifest;
    const module = migrator?.[list];
    if (module === undefined) continue;
    const own = await importList(path.join(folder, module), list);
    for (const [at, entry] of own.entries()) {
      if (!isEntry(entry)) {
        throw packageModuleUnreadable(module, list, `Its entry ${at + 1} lacks a part.`);
      }
      entries.push({ domain, entry });
    }
  }
  return entries;
}

async function importList(file: string, list: ListName): Promise<readonly unknown[]> {
  if (!existsSync(file)) throw packageModuleUnreadable(file, list, 'There is no such file.');
  let module: Partial<Record<ListName, unknown>>;
  try {
    module = (await import(pathToFileURL(file).href)) as typeof module;
  } catch (error) {
    const threw = error instanceof Error ? error.name : 'no error';
    throw packageModuleUnreadable(file, list, `Loading it threw ${threw}.`);
  }
  const entries = module[list];
  if (Array.isArray(entries)) return entries as readonly unknown[];
  throw packageModuleUnreadable(file, list, `It exports no list \`${list}\`.`);
}
