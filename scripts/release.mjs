// `pnpm release`: builds, checks, versions, commits, tags and packs. `--publish` sends the packages
// to the registry, for which NODE_AUTH_TOKEN or a login is needed; `--dry-run` tells and changes nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { reportFailure, root, runStage } from './run-stages.mjs';

const USAGE = `Usage: pnpm release [--dry-run | --publish] [--plan FILE]

Builds, checks, versions, commits, tags, and packs what is public into release/.

  --dry-run  tell which versions and changelogs would be written, and change nothing
  --publish  publish the packages as well; a token for the registry is needed
  --plan     what \`pnpm migrator plan --json\` tells of the migrations: the changelogs name their locks
`;

const args = process.argv.slice(2);
const planned = args.includes('--plan') ? args.splice(args.indexOf('--plan'), 2) : [];
const unknown = args.find((each) => !['--dry-run', '--publish', '--help'].includes(each));
const packed = path.join(root, 'release');

const node = (name, ...rest) => ({
  name,
  command: process.execPath,
  args: rest,
  fix: `node ${rest.join(' ')}`,
});
const schemaRelease = 'tooling/schema-release/bin/schema-release.mjs';

if (args.includes('--help') || unknown !== undefined) {
  if (unknown !== undefined) process.stderr.write(`${unknown} is no option of release.\n\n`);
  (unknown === undefined ? process.stdout : process.stderr).write(USAGE);
  process.exitCode = unknown === undefined ? 0 : 2;
} else if (args.includes('--dry-run')) {
  await stages(tell);
} else if (git('status', '--porcelain') !== '') {
  process.stderr.write(
    'There are changes that no commit holds.\nfix: Commit them, or stash them.\n',
  );
  process.exitCode = 2;
} else if (!isSomebody()) {
  process.stderr.write(
    'Git does not know who commits and tags a release.\nfix: git config user.name NAME, and git config user.email ADDRESS.\n',
  );
  process.exitCode = 2;
} else {
  await stages(release);
}

async function stages(work) {
  try {
    await work();
  } catch (error) {
    process.exitCode = reportFailure(error);
  }
}

async function tell() {
  await build();
  const status = { name: 'changesets', command: 'changeset', args: ['status', '--verbose'] };
  process.stdout.write(await runStage({ ...status, fix: 'pnpm changeset status' }));
  process.stdout.write(await runStage(node('changelogs', schemaRelease, 'changelog', ...planned)));
}

async function release() {
  await build();
  await runStage(node('check', 'scripts/check.mjs'));
  await runStage({
    ...node('changesets', schemaRelease, 'check'),
    fix: 'pnpm schema:check --write',
  });
  await runStage(node('versions', 'scripts/version.mjs', ...planned));
  const isVersioned = git('status', '--porcelain') !== '';
  if (!isVersioned && !args.includes('--publish')) {
    process.stderr.write('There is nothing to release: no changeset is waiting.\n');
    return;
  }
  if (isVersioned) {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'release: versions and changelogs');
  }
  // A release that was versioned elsewhere, or whose publishing failed, is published here: what the
  // registry has is passed over.
  await runStage({ name: 'tags', command: 'changeset', args: ['tag'], fix: 'pnpm changeset tag' });
  await pack();
  if (args.includes('--publish')) {
    const publish = { command: 'pnpm', args: ['publish', '--recursive', '--no-git-checks'] };
    await runStage({ name: 'publish', ...publish, fix: 'pnpm publish --recursive' });
  } else {
    process.stderr.write('To send it: git push --follow-tags, and pnpm release --publish in CI.\n');
  }
}

async function build() {
  const options = ['run', 'build', '--output-logs=errors-only'];
  await runStage({ name: 'build', command: 'turbo', args: options, fix: 'pnpm build' });
}

/** Packs every public package; prints the files. */
async function pack() {
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed);
  const filters = publicPackages().flatMap((name) => ['--filter', name]);
  await runStage({
    name: 'pack',
    command: 'pnpm',
    args: ['--recursive', ...filters, 'pack', '--pack-destination', packed],
    fix: 'pnpm --recursive pack',
  });
  for (const file of readdirSync(packed).sort()) process.stdout.write(`release/${file}\n`);
}

function publicPackages() {
  return ['apps', 'packages', 'tooling']
    .flatMap((group) => readdirSync(path.join(root, group)).map((name) => `${group}/${name}`))
    .map((folder) => path.join(root, folder, 'package.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')))
    .filter((each) => each.private !== true)
    .map(({ name }) => name);
}

/** Asked before anything is written; a tag that git refuses goes unnoticed. */
function isSomebody() {
  return spawnSync('git', ['var', 'GIT_COMMITTER_IDENT'], { cwd: root }).status === 0;
}

function git(...rest) {
  return execFileSync('git', rest, { cwd: root, encoding: 'utf8' });
}
