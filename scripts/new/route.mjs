import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root, runStage } from '../run-stages.mjs';
import { ScaffoldError } from './fault.mjs';
import { withMatrixRow, whoMay } from './route-access.mjs';
import { apiFiles, withRoutes } from './route-api.mjs';
import { listFields, useCaseFiles, withExports } from './route-use-case.mjs';
import { compose, domainFolder, install, readJson, writeAll } from './workspace.mjs';

const DOCUMENT = 'apps/api/openapi.json';
const ROUTES = 'apps/api/src/routes.ts';
const MATRIX = 'docs/access-matrix.md';

/**
 * A route that lists the rows of a model to who holds a permission, with its use case, its audit
 * row, its line in the access matrix, its place in the document, and its test.
 */
export async function newRoute({ names: [place, ...more], model: named, permission, dryRun }) {
  const [, domain, name] = /^([^/]*)\/([^/]*)$/.exec(place ?? '') ?? [];
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name ?? '') || name.length > 40 || more.length > 0) {
    throw new ScaffoldError(
      `"${[place, ...more].join(' ')}" is no place of a route.`,
      'Write the domain and the name, in lower case: billing/subscription-plans.',
    );
  }
  const folder = domainFolder(domain);
  const address = `/v1/${name}`;
  if (Object.hasOwn(readJson(DOCUMENT).paths[address] ?? {}, 'get')) {
    throw new ScaffoldError(`${address} is there already.`, 'Choose another name for the route.');
  }
  const grants = whoMay(permission);
  const model = modelOf((await compose()).models, domain, name, named);
  const route = { domain, folder, name, address, model, permission, grants };
  const packages = withDependencies(route);
  const files = { ...useCaseFiles(route), ...apiFiles(route) };
  const changed = {
    ...packages,
    [`${folder}/src/index.ts`]: withExports(readText(`${folder}/src/index.ts`), route),
    [ROUTES]: withRoutes(readText(ROUTES), route),
    [MATRIX]: withMatrixRow(readText(MATRIX), route),
  };
  const touched = [DOCUMENT, 'pnpm-lock.yaml'];
  const isInstalled = Object.keys(packages).length === 0;
  const work = async () => {
    if (!isInstalled) await install();
    await describe();
  };
  if (!(await writeAll(files, work, { changed, touched, dryRun }))) return 0;
  process.stdout.write(`${DOCUMENT}\n`);
  process.stderr.write(
    `Next: read its row in ${MATRIX} with who answers for it, leave out of ${folder}/src/${name}/ what is not to be shown, give its test rows, and run it: \`cd apps/api && pnpm exec vitest run --config vitest.slow.config.ts test/${name}.db.test.ts\`.\n`,
  );
  return 0;
}

function readText(file) {
  return readFileSync(path.join(root, file), 'utf8');
}

/** The model that is named, or whose table is called as the route is. */
function modelOf(models, domain, name, named) {
  const own = models.filter((each) => each.domain === domain && each.view !== true);
  const model = own.find((each) =>
    named === undefined ? each.table.replaceAll('_', '-') === name : each.name === named,
  );
  const refuse = (message, fix) => {
    throw new ScaffoldError(message, fix);
  };
  if (model === undefined) {
    const names = own.map((each) => each.name).sort();
    refuse(
      named === undefined
        ? `${domain} has no table "${name.replaceAll('-', '_')}".`
        : `${domain} has no model "${named}".`,
      `Add --model with one of ${names.join(', ')}.`,
    );
  }
  if (model.rowSecurity) {
    refuse(
      `The rows of ${model.name} are under row security: no permission alone opens them.`,
      'Each belongs to somebody: write the route under that address, as apps/api/src/clinical does.',
    );
  }
  const ranks = readJson('schema.config.json').classifications;
  if (ranks[model.classification]?.withheld === true || model.internal) {
    refuse(`${model.name} never leaves the server.`, 'Choose another model.');
  }
  const isScoped = model.fields.some((each) => each.name === 'organizationId');
  if (ranks[model.classification]?.mask === true && !isScoped) {
    refuse(
      `A row of ${model.name} does not say to which organisation it belongs, and it is ${model.classification}.`,
      'Whoever may see it is told by no field: write the route by hand, and that rule with it.',
    );
  }
  const id = model.fields.find((each) => each.id);
  if (id?.name !== 'id' || id.type !== 'String' || listFields(model).length < 2) {
    refuse(
      `${model.name} has no \`id\` of text, by which its pages would follow each other.`,
      'Choose another model, or write the route by hand.',
    );
  }
  return model;
}

/** The manifests that lack what the route's files import. */
function withDependencies({ folder, domain }) {
  const own = readJson(`${folder}/package.json`).name;
  const needed = {
    [folder]: {
      ...(domain !== 'identity' && { '@holovitals/identity': 'workspace:^' }),
      zod: 'catalog:',
    },
    'apps/api': { [own]: 'workspace:^' },
  };
  return Object.fromEntries(
    Object.entries(needed).flatMap(([place, dependencies]) => {
      const manifest = readJson(`${place}/package.json`);
      if (Object.keys(dependencies).every((each) => each in (manifest.dependencies ?? {}))) {
        return [];
      }
      const all = Object.entries({ ...manifest.dependencies, ...dependencies });
      const sorted = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
      const text = JSON.stringify({ ...manifest, dependencies: sorted }, null, 2);
      return [[`${place}/package.json`, `${text}\n`]];
    }),
  );
}

/** Builds the API, which the compiler must accept, and writes the document of its routes. */
async function describe() {
  await runStage({
    name: 'build',
    command: 'turbo',
    args: ['run', 'build', '--filter=@holovitals/api', '--output-logs=errors-only'],
    fix: 'pnpm turbo run build --filter=@holovitals/api',
  });
  const args = ['scripts/write-openapi.mjs', DOCUMENT];
  await runStage({
    name: 'document',
    command: process.execPath,
    args,
    fix: `node ${args.join(' ')}`,
  });
}
