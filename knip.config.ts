import { readFileSync, readdirSync } from 'node:fs';
import type { KnipConfig } from 'knip';

interface PackageManifest {
  readonly schemaDomain?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Where code starts: programs (their bin imports the build), tests, builds. */
const entry = ['src/{,*/}main.ts', 'bin/*.mjs', 'build.mjs', '{src,test}/**/*.test.ts'];

/**
 * A domain depends on the domains its fragments name, and on the database it lives in, whether or
 * not its TypeScript imports them: those dependencies are the schema's graph.
 */
const domains = readdirSync('packages').flatMap((folder) => {
  const text = readFileSync(`packages/${folder}/package.json`, 'utf8');
  const { schemaDomain, dependencies = {} } = JSON.parse(text) as PackageManifest;
  if (schemaDomain === undefined) return [];
  const graph = Object.keys(dependencies).filter((name) => name.startsWith('@holovitals/'));
  return [[`packages/${folder}`, { entry, ignoreDependencies: graph }] as const];
});

/** Programs run by path; the dependency has turbo build them first. */
const programs = ['@holovitals/schema-composer', '@holovitals/schema-engine'];

const config: KnipConfig = {
  // A type that an exported signature names is exported with it.
  ignoreExportsUsedInFile: { interface: true, type: true },
  workspaces: {
    '.': { ignoreDependencies: ['sherif'] },
    scripts: { entry: ['*.mjs', '*.test.ts'], ignoreDependencies: programs },
    ...Object.fromEntries(domains),
    'packages/database': {
      entry: [...entry, 'prisma/base.prisma'],
      // The generated client, which git does not hold, is built on @prisma/client.
      ignoreDependencies: [...programs, '@prisma/client'],
    },
    'packages/*': { entry },
    'apps/*': { entry },
    'tooling/postgres': {
      entry: [...entry, 'src/testing/watch-test-server.ts'],
      ignoreBinaries: ['mount', 'umount'],
    },
    'tooling/vitest-config': { entry: ['index.d.ts'] },
    'tooling/*': { entry },
  },
};

export default config;
