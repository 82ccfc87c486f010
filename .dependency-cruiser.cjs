// Imports point down: apps -> domains -> database -> errors. Tooling serves build time and the apps.
// Which domain may see which is its package.json's dependencies; the composer refuses cycles there.
const DOMAIN = '^packages/(identity|clinical|compliance|ehr|ai|billing)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'errors-import-nothing',
      comment: 'packages/errors is the bottom of the graph.',
      severity: 'error',
      from: { path: '^packages/errors/src' },
      to: { path: '^(packages|apps|tooling)/', pathNot: '^packages/errors/' },
    },
    {
      name: 'database-imports-only-errors',
      severity: 'error',
      from: { path: '^packages/database/src', pathNot: '/(testing|generated)/|\\.test\\.ts$' },
      to: { path: '^(packages|apps|tooling)/', pathNot: '^packages/(database|errors)/' },
    },
    {
      name: 'domains-import-down',
      comment: 'A domain sees other domains, the database and errors; never tooling, never an app.',
      severity: 'error',
      from: { path: `${DOMAIN}src`, pathNot: '\\.test\\.ts$' },
      to: { path: '^(apps|tooling)/' },
    },
    {
      name: 'tooling-knows-no-domain',
      severity: 'error',
      from: { path: '^(tooling|apps/migrator)/' },
      to: { path: '^(packages|apps)/', pathNot: '^packages/errors/|^apps/migrator/' },
    },
    {
      name: 'one-door-per-package',
      comment: "Another package's inside is reached through its exports only.",
      severity: 'error',
      from: { path: '^(packages|apps|tooling)/([^/]+)/' },
      to: {
        path: '^(packages|apps|tooling)/[^/]+/src/',
        pathNot: '^$1/$2/|/src/index\\.ts$|/src/testing/index\\.ts$|/src/testing\\.ts$',
      },
    },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      from: { path: '^(packages|apps|tooling)/[^/]+/src', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: {
        path: '^(packages|apps|tooling)/[^/]+/src',
        pathNot: '\\.test\\.ts$|/testing(/|\\.ts$)',
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|generated|node_modules|\\.alone)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@holovitals/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js'],
    },
  },
};
