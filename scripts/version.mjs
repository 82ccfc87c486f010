// `pnpm release:version [--plan FILE]`: consumes the changesets, and tells in the changelogs what
// changed in the schema and which migrations that takes. What those lock tells the plan, which
// `migrator plan --json` writes with the sizes of the database that the release is for.
import path from 'node:path';
import { reportFailure, root, runStage } from './run-stages.mjs';

const [option, plan] = process.argv.slice(2);
const schemaRelease = path.join(root, 'tooling/schema-release/bin/schema-release.mjs');

if (option !== undefined && (option !== '--plan' || plan === undefined)) {
  process.stderr.write('Usage: pnpm release:version [--plan FILE]\n');
  process.exitCode = 2;
} else {
  try {
    await version();
  } catch (error) {
    process.exitCode = reportFailure(error);
  }
}

async function version() {
  await runStage({
    name: 'versions',
    command: 'changeset',
    args: ['version'],
    fix: 'pnpm changeset version',
  });
  await runStage({
    name: 'changelogs',
    command: process.execPath,
    args: [
      ...[schemaRelease, 'changelog', '--write'],
      ...(plan === undefined ? [] : ['--plan', path.resolve(plan)]),
    ],
    fix: 'node tooling/schema-release/bin/schema-release.mjs changelog --write',
  });
  await runStage({
    name: 'format',
    command: 'prettier',
    args: ['--write', '{apps,packages,tooling}/*/{CHANGELOG.md,package.json}'],
    fix: 'pnpm format',
  });
}
