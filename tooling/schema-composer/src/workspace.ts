import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from './diagnostic.ts';
import { readSource, start } from './read-source.ts';
import type { SourceFile, Span } from './source-file.ts';
import { readConfig, type WorkspaceConfig } from './workspace-config.ts';
import { compareBytes, listPackageDirectories } from './workspace-packages.ts';

/** A package that owns a part of the schema. */
export interface DomainPackage {
  readonly name: string;
  readonly packageName: string;
  /** From the root, with forward slashes. */
  readonly directory: string;
  /** Names of the domains it depends on, in byte order. */
  readonly dependencies: readonly string[];
  /** In byte order of their paths. */
  readonly fragments: readonly SourceFile[];
  /** Where its `package.json` names the domain. */
  readonly declaredAt: Span;
}

export interface Workspace {
  readonly root: string;
  readonly config: WorkspaceConfig;
  readonly base: SourceFile;
  /** In byte order of their names. */
  readonly domains: readonly DomainPackage[];
}

interface PackageManifest {
  readonly directory: string;
  readonly file: SourceFile;
  readonly name: string;
  readonly domain: string;
  readonly dependencies: readonly string[];
}

/** Reads configuration, base and fragments; reports what is wrong, and gives null without a base. */
export function readWorkspace(root: string, report: Report): Workspace | null {
  const config = readConfig(root, report);
  if (config === null) return null;
  const base = readSource(root, config.base, report);
  if (base === null) return null;
  const packages = listPackageDirectories(root)
    .map((directory) => readPackage(root, directory, report))
    .filter((each) => each !== null);
  const byDomain = new Map<string, PackageManifest>();
  for (const each of packages) {
    const other = byDomain.get(each.domain);
    if (other === undefined) {
      byDomain.set(each.domain, each);
      continue;
    }
    report({
      code: 'DUPLICATE_DOMAIN',
      message: `Two packages have the schemaDomain "${each.domain}".`,
      at: domainSpan(each),
      related: [{ message: 'the other is', at: domainSpan(other) }],
    });
  }
  if (byDomain.size === 0) {
    report({
      code: 'NO_DOMAIN',
      message: 'No package of the workspace has a schemaDomain.',
      at: null,
      fix: 'Write "schemaDomain": "name" in the package.json of the packages that own fragments.',
    });
    return null;
  }
  const domainOf = new Map([...byDomain.values()].map((each) => [each.name, each.domain]));
  const ignored = new Set([config.base, `${config.schemaDir}/schema.prisma`]);
  const domains = [...byDomain.values()]
    .map((each): DomainPackage => {
      const dependencies = each.dependencies.flatMap((name) => domainOf.get(name) ?? []);
      return {
        name: each.domain,
        packageName: each.name,
        directory: each.directory,
        dependencies: [...new Set(dependencies)].sort(compareBytes),
        fragments: readFragments(root, each.directory, ignored, report),
        declaredAt: domainSpan(each),
      };
    })
    .sort((a, b) => compareBytes(a.name, b.name));
  return { root, config, base, domains };
}

function readPackage(root: string, directory: string, report: Report): PackageManifest | null {
  const file = readSource(root, `${directory}/package.json`, report);
  if (file === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(file.text);
  } catch {
    report({ code: 'PACKAGE_INVALID', message: 'This is not JSON.', at: start(file.path) });
    return null;
  }
  if (typeof json !== 'object' || json === null || !('schemaDomain' in json)) return null;
  const { schemaDomain: domain } = json;
  const name = 'name' in json ? json.name : undefined;
  const dependencies = 'dependencies' in json ? json.dependencies : undefined;
  const names = typeof dependencies === 'object' ? Object.keys(dependencies ?? {}) : [];
  if (typeof domain !== 'string' || !/^[a-z][a-z0-9-]*$/.test(domain)) {
    report({
      code: 'PACKAGE_INVALID',
      message: 'The schemaDomain must be a word in small letters, digits and hyphens.',
      at: domainSpan({ file }),
    });
    return null;
  }
  if (typeof name !== 'string' || name === '') {
    report({
      code: 'PACKAGE_INVALID',
      message: 'A package with a schemaDomain needs a name.',
      at: domainSpan({ file }),
    });
    return null;
  }
  return { directory, file, name, domain, dependencies: names };
}

function readFragments(
  root: string,
  directory: string,
  ignored: ReadonlySet<string>,
  report: Report,
): SourceFile[] {
  return listFragments(root, `${directory}/prisma`, report)
    .filter((path) => !ignored.has(path))
    .sort(compareBytes)
    .map((path) => readSource(root, path, report))
    .filter((file) => file !== null);
}

function listFragments(root: string, directory: string, report: Report): string[] {
  if (!statSync(join(root, directory), { throwIfNoEntry: false })?.isDirectory()) return [];
  try {
    return readdirSync(join(root, directory))
      .filter((name) => name.endsWith('.prisma') && !name.startsWith('.'))
      .map((name) => `${directory}/${name}`);
  } catch {
    report({ code: 'UNREADABLE', message: 'The folder cannot be read.', at: start(directory) });
    return [];
  }
}

function domainSpan({ file }: { readonly file: SourceFile }): Span {
  const at = file.text.indexOf('"schemaDomain"');
  const end = file.text.indexOf('\n', at);
  return { file, start: at, end: end < 0 ? file.text.length : end };
}
