import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, runStage } from '../run-stages.mjs';
import { ScaffoldError } from './fault.mjs';

const COMPOSER = 'tooling/schema-composer/bin/schema-composer.mjs';

/** Folders of the domains by their names, from the root. */
export function domains() {
  return new Map(
    readdirSync(path.join(root, 'packages'))
      .map((folder) => `packages/${folder}`)
      .filter((folder) => existsSync(path.join(root, folder, 'package.json')))
      .map((folder) => [readJson(`${folder}/package.json`).schemaDomain, folder])
      .filter(([domain]) => domain !== undefined),
  );
}

export function readJson(file) {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8'));
}

/** The folder of a domain that must be there. */
export function domainFolder(domain) {
  const all = domains();
  const folder = all.get(domain);
  if (folder !== undefined) return folder;
  const known = [...all.keys()].sort().join(', ');
  throw new ScaffoldError(
    `There is no domain "${domain ?? ''}".`,
    `Name one of ${known}; \`pnpm new domain\` makes another.`,
  );
}

/** Composes, which also writes the manifest that the rest reads. */
export async function compose() {
  await build('tooling/schema-composer');
  await runStage({
    name: 'compose',
    command: process.execPath,
    args: [path.join(root, COMPOSER), '--root', root],
    fix: `node ${COMPOSER}`,
  });
  return readJson(`${readJson('schema.config.json').schemaDir}/schema.manifest.json`);
}

/** Builds a package where it was never built. */
export async function build(folder) {
  if (existsSync(path.join(root, folder, 'dist'))) return;
  await runStage({
    name: `build ${folder}`,
    command: 'turbo',
    args: ['run', 'build', `--filter=./${folder}`, '--output-logs=errors-only'],
    fix: 'pnpm build',
  });
}

/**
 * Writes files that must not be there yet, and new texts of files that are (`changed`), formats them
 * and does `work`, which may write `touched` as well; puts everything back where it fails. With
 * `dryRun` it only tells the files. Answers whether they were written.
 */
export async function writeAll(files, work, { changed = {}, touched = [], dryRun = false } = {}) {
  const taken = Object.keys(files).find((file) => existsSync(path.join(root, file)));
  if (taken !== undefined) {
    throw new ScaffoldError(
      `${taken} is there already.`,
      'Choose another name, or edit that file.',
    );
  }
  const all = [...Object.keys(files), ...Object.keys(changed)];
  if (!dryRun) await orAsBefore(files, changed, touched, work);
  for (const file of all) process.stdout.write(`${file}\n`);
  if (dryRun) process.stderr.write('Nothing was written: --dry-run.\n');
  return !dryRun;
}

async function orAsBefore(files, changed, touched, work) {
  const made = Object.keys(files).map((file) => firstMissing(file));
  const before = [...Object.keys(changed), ...touched].map((file) => {
    return [path.join(root, file), readFileSync(path.join(root, file))];
  });
  try {
    for (const [file, text] of Object.entries({ ...files, ...changed })) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    formatFiles([...Object.keys(files), ...Object.keys(changed)]);
    await work();
  } catch (error) {
    for (const place of made) rmSync(path.join(root, place), { recursive: true, force: true });
    for (const [place, bytes] of before) writeFileSync(place, bytes);
    throw error;
  }
}

/** As prettier writes them; fragments are formatted by nobody. */
function formatFiles(files) {
  const formatted = files.filter((file) => !file.endsWith('.prisma'));
  if (formatted.length === 0) return;
  const args = ['--write', '--log-level=warn', ...formatted];
  execFileSync('prettier', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The topmost folder or file on the way to `file` that is not there. */
function firstMissing(file) {
  const parts = file.split('/');
  const depth = parts.findIndex((_, at) => {
    return !existsSync(path.join(root, parts.slice(0, at + 1).join('/')));
  });
  return parts.slice(0, depth + 1).join('/');
}

/** What a change of `package.json` files asks of the installation. */
export async function install() {
  const args = ['install', '--prefer-offline', '--reporter=silent', '--no-frozen-lockfile'];
  await runStage({ name: 'install', command: 'pnpm', args, fix: 'pnpm install' });
}
