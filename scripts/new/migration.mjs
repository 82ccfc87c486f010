import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from '../run-stages.mjs';
import { ScaffoldError } from './fault.mjs';
import { build, compose } from './workspace.mjs';

/** The migration for what changed in the fragments, written and applied by `migrator dev`. */
export async function newMigration({ names: [name, ...more], dryRun = false }) {
  if (name === undefined || more.length > 0) {
    throw new ScaffoldError(
      'A migration has one name, of what it does.',
      'Write `pnpm new migration add_vouchers`.',
    );
  }
  if (dryRun) {
    throw new ScaffoldError(
      'A migration is not tried dry: what it would hold is found on a database.',
      'Run `pnpm migrator dev --create-only`, which writes it and applies nothing.',
    );
  }
  await compose();
  await build('apps/migrator');
  const program = path.join(root, 'apps/migrator/bin/migrator.mjs');
  const { status } = spawnSync(process.execPath, [program, 'dev', '--name', name], {
    cwd: root,
    stdio: 'inherit',
  });
  return status ?? 1;
}
