import { reportFailure, runStage } from './run-stages.mjs';

const turbo = (task, name = task) => ({
  name,
  command: 'turbo',
  args: ['run', task, '--output-logs=errors-only'],
  fix: `pnpm turbo run ${task}`,
});

const DEPCRUISE = [
  '--config',
  '.dependency-cruiser.cjs',
  'packages',
  'apps',
  'tooling',
  'bench',
  'scripts',
];

/** The gates: what a change must pass before its tests are worth running. */
const gates = [
  turbo('build'),
  turbo('check-types', 'types'),
  turbo('check-types:alone', 'types of each domain alone'),
  turbo('lint'),
  {
    name: 'dependency direction',
    command: 'depcruise',
    args: DEPCRUISE,
    fix: `pnpm depcruise ${DEPCRUISE.join(' ')}`,
  },
  { name: 'boundaries', command: 'turbo', args: ['boundaries'], fix: 'pnpm turbo boundaries' },
  { name: 'manifests', command: 'sherif', args: [], fix: 'pnpm sherif' },
  {
    name: 'unused',
    command: 'knip',
    args: ['--no-config-hints', '--no-progress'],
    fix: 'pnpm knip',
  },
  {
    name: 'code owners',
    command: 'node',
    args: ['tooling/schema-release/bin/schema-release.mjs', 'codeowners', '--check'],
    fix: 'pnpm codeowners --write',
  },
  { name: 'format', command: 'prettier', args: ['--check', '.'], fix: 'pnpm format' },
];

try {
  for (const gate of gates) await runStage(gate);
} catch (error) {
  process.exitCode = reportFailure(error);
}
