// `pnpm pack:migrator FOLDER`: the migrator, the composed schema, its history, objects and seeds, with
// the dependencies that they need to run and nothing else: what deploy/Dockerfile puts into its image.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { reportFailure, root, runStage } from './run-stages.mjs';

const PROGRAM = '@holovitals/migrator';
const OF_ROOT = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'schema.config.json'];
/** Beside what a package lists in `files`: what the migrator reads of it. */
const OF_SCHEMA = ['package.json', 'sql', 'seeds'];
/** No embedded server: an image is told its database. */
const INSTALL = [
  ...['install', '--prod', '--no-optional', '--frozen-lockfile', '--ignore-scripts'],
  ...['--prefer-offline', '--reporter=silent'],
];

const [target, ...more] = process.argv.slice(2);

if (target === undefined || target.startsWith('-') || more.length > 0) {
  const isHelp = target === '--help';
  (isHelp ? process.stdout : process.stderr).write('Usage: pnpm pack:migrator FOLDER\n');
  process.exitCode = isHelp ? 0 : 2;
} else if (existsSync(target) && readdirSync(target).length > 0) {
  process.stderr.write(`${target} holds something.\nfix: Name a folder that is empty or new.\n`);
  process.exitCode = 2;
} else {
  try {
    await pack(path.resolve(target));
  } catch (error) {
    process.exitCode = reportFailure(error);
  }
}

async function pack(folder) {
  const { schemaDir } = readJson('schema.config.json');
  const packed = neededPackages(schemaDir);
  await runStage({
    name: 'build',
    command: 'turbo',
    args: [
      ...['run', 'build', '--output-logs=errors-only'],
      ...packed.map(({ name }) => `--filter=${name}`),
    ],
    fix: 'pnpm build',
  });
  for (const file of OF_ROOT) copy(file, folder);
  for (const { directory, files = [] } of packed) {
    for (const each of [...OF_SCHEMA, ...files]) copy(path.join(directory, each), folder);
  }
  copy(schemaDir, folder);
  await runStage({
    name: 'dependencies',
    command: 'pnpm',
    args: ['--dir', folder, ...INSTALL],
    fix: `pnpm --dir ${folder} ${INSTALL.join(' ')}`,
  });
}

/** The program, the domains and the owner of the schema, and what of this workspace they run with. */
function neededPackages(schemaDir) {
  const all = new Map(workspacePackages().map((each) => [each.name, each]));
  const needed = new Set();
  const add = (each) => {
    if (each === undefined || needed.has(each)) return;
    needed.add(each);
    for (const name of Object.keys(each.dependencies ?? {})) add(all.get(name));
  };
  for (const each of all.values()) {
    const ownsSchema = schemaDir.startsWith(`${each.directory}/`);
    if (each.name === PROGRAM || each.schemaDomain !== undefined || ownsSchema) add(each);
  }
  return [...needed];
}

function workspacePackages() {
  return ['apps', 'packages', 'tooling'].flatMap((group) =>
    readdirSync(path.join(root, group))
      .map((name) => `${group}/${name}`)
      .filter((directory) => existsSync(path.join(root, directory, 'package.json')))
      .map((directory) => ({ ...readJson(`${directory}/package.json`), directory })),
  );
}

function readJson(file) {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8'));
}

/** Copies a file or folder of the workspace to the same place; what is not there is left out. */
function copy(from, folder) {
  const source = path.join(root, from);
  if (!existsSync(source)) return;
  const to = path.join(folder, from);
  mkdirSync(path.dirname(to), { recursive: true });
  cpSync(source, to, { recursive: true });
}
