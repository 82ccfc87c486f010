// Imports point down: apps -> domains -> database -> errors. Tooling serves build time and the apps.
// Which domain may see which is its package.json's dependencies; the composer refuses cycles there.
const PACKAGE = '^((?:packages|apps|tooling)/[^/]+)/';
const TEST = '\\.test\\.ts$';

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
      to: { path: '^(packages|tooling)/', pathNot: '^packages/errors/' },
    },
    {
      name: 'database-imports-only-errors',
      severity: 'error',
      from: { path: '^packages/database/src', pathNot: `/(testing|generated)/|${TEST}` },
      to: { path: '^(packages|tooling)/', pathNot: '^packages/(database|errors)/' },
    },
    {
      name: 'domains-import-down',
      comment: 'A domain sees other domains, the database and errors, never tooling.',
      severity: 'error',
      from: {
        path: '^packages/[^/]+/src',
        pathNot: `^packages/(database|errors)/|/testing/|${TEST}`,
      },
      to: { path: '^tooling/' },
    },
    {
      name: 'tooling-knows-no-domain',
      severity: 'error',
      from: { path: '^(tooling|apps/migrator)/' },
      to: { path: '^packages/', pathNot: '^packages/errors/' },
    },
    {
      name: 'apps-are-not-imported',
      comment: 'But by another app, through its door.',
      severity: 'error',
      from: { path: '^(packages|tooling)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'one-door-per-package',
      comment: "Another package's inside is reached through its exports only.",
      severity: 'error',
      from: { path: '^((?:packages|apps|tooling)/[^/]+|bench|scripts)/' },
      to: {
        path: `${PACKAGE}src/`,
        pathNot: '^$1/|/src/index\\.ts$|/src/testing/index\\.ts$|/src/testing\\.ts$',
      },
    },
    {
      name: 'by-name-across-packages',
      comment: 'A path out of the package would reach what its package.json does not declare.',
      severity: 'error',
      from: { path: PACKAGE },
      to: { path: PACKAGE, pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      from: { path: `${PACKAGE}src`, pathNot: TEST },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: { path: `${PACKAGE}src`, pathNot: `${TEST}|/testing(/|\\.ts$)` },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages|apps|tooling)/[^/]+/(src/)?(dist|generated|\\.alone)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@holovitals/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js'],
      // A package of types alone has no other.
      mainFields: ['module', 'main', 'types'],
    },
  },
};
