// Run in a domain's folder: type-checks its sources against a client of that domain and what it
// depends on, and of nothing else. A model, enum or inverse from elsewhere is then unknown.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const programs = createRequire(import.meta.url);
const prisma = programs.resolve('prisma/build/index.js');
const tsc = path.join(path.dirname(programs.resolve('typescript/package.json')), 'bin/tsc');
const composer = fromHere('../tooling/schema-composer/bin/schema-composer.mjs');

process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fromHere(
  '../tooling/schema-engine/bin/schema-engine.mjs',
);

// What the database package says of other domains' enums is not the domain's fault.
const EXPORT_IS_MISSING = /error TS(?:2305|2724):/;

/** Were the client `any`, nothing would be refused; the compiler says so of an idle expectation. */
const PROBE = `import type { Database } from './index.ts';
declare const db: Database;
// @ts-expect-error
export const probe: unknown = db.aModelThatIsNowhere;
`;

const domainFolder = process.cwd();
const { name: packageName, schemaDomain } = readJson(path.join(domainFolder, 'package.json'));
const variant = path.join(domainFolder, '.alone');

try {
  const root = findRoot(domainFolder);
  const { schemaDir } = readJson(path.join(root, 'schema.config.json'));
  const database = path.dirname(path.join(root, schemaDir));
  await generateClient(root, database);
  makeVariant(database);
  const faults = await checkTypes();
  if (faults.length > 0) {
    process.stdout.write(`${faults.join('\n')}\n`);
    process.stderr.write(
      `${packageName} does not type-check alone.\n` +
        `  why: its client is that of "${schemaDomain}" and the domains its package.json depends on.\n` +
        '  fix: leave the work to a domain above, or add the dependency where the graph allows it.\n',
    );
    process.exitCode = 2;
  }
} catch (error) {
  process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? error.stack}\n`);
  process.exitCode = 1;
}

/** Composes the domain's closure and generates its client into the variant, as the database does. */
async function generateClient(root, database) {
  rmSync(variant, { recursive: true, force: true });
  await run(process.execPath, [composer, '--root', root, '--domain', schemaDomain]);
  const schema = path.join(variant, 'prisma/schema.prisma');
  await run(process.execPath, [prisma, 'generate', '--schema', schema], { cwd: domainFolder });
  const narrow = path.join(database, 'scripts/narrow-client.mjs');
  if (existsSync(narrow)) {
    const manifest = path.join(variant, 'prisma/schema.manifest.json');
    await run(process.execPath, [narrow, path.join(variant, 'src/generated/client'), manifest]);
  }
}

/** The database package's sources over the closure's client, and a probe that the client is typed. */
function makeVariant(database) {
  cpSync(path.join(database, 'src'), path.join(variant, 'src'), {
    recursive: true,
    filter: (from) => !/[/\\]generated$|\.test\.ts$/.test(from),
  });
  symlinkSync(path.join(database, 'node_modules'), path.join(variant, 'node_modules'), 'junction');
  writeFileSync(path.join(variant, 'src/probe.ts'), PROBE);
  const { name } = readJson(path.join(database, 'package.json'));
  const tsconfig = {
    extends: '../tsconfig.json',
    compilerOptions: {
      paths: { [name]: ['./src/index.ts'], [`${name}/*`]: ['./src/*/index.ts'] },
    },
    include: ['../src', './src/probe.ts'],
    exclude: ['../src/**/*.test.ts'],
  };
  writeFileSync(path.join(variant, 'tsconfig.json'), JSON.stringify(tsconfig));
}

/** What the compiler says, a fault with its further lines as one text. */
async function checkTypes() {
  const { stdout } = await run(process.execPath, [tsc, '-p', '.alone', '--pretty', 'false'], {
    cwd: domainFolder,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error) => {
    if (error.code === 1 || error.code === 2) return error;
    throw error;
  });
  return stdout
    .split(/\r?\n(?=\S)/)
    .map((fault) => fault.trimEnd())
    .filter((fault) => fault !== '')
    .filter((fault) => !(fault.startsWith('.alone/src/') && EXPORT_IS_MISSING.test(fault)));
}

function findRoot(folder) {
  const parent = path.dirname(folder);
  try {
    readFileSync(path.join(folder, 'schema.config.json'));
    return folder;
  } catch (error) {
    if (parent === folder) throw error;
    return findRoot(parent);
  }
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function fromHere(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}
