import path from 'node:path';
import { root, runStage } from '../run-stages.mjs';
import { ScaffoldError } from './fault.mjs';
import { checkModel, modelFiles } from './model.mjs';
import {
  build,
  compose,
  domainFolder,
  domains,
  install,
  readJson,
  writeAll,
} from './workspace.mjs';

const CODE_OWNERS = 'tooling/schema-release/bin/schema-release.mjs';

/** A package that owns a part of the schema, with its first model, installed and built. */
export async function newDomain({
  names: [name, model, ...more],
  classification,
  needs = '',
  dryRun,
}) {
  if (!/^[a-z][a-z0-9]{0,29}(?:-[a-z0-9]+)*$/.test(name ?? '')) {
    throw new ScaffoldError(
      `"${name ?? ''}" is no name of a domain.`,
      'Write one word in lower case: scheduling.',
    );
  }
  if (domains().has(name)) {
    throw new ScaffoldError(
      `The domain "${name}" is there already.`,
      `\`pnpm new model ${name} NAME\` adds a model to it.`,
    );
  }
  checkModel(model, more, classification);
  const needed = needs.split(',').filter((each) => each !== '');
  const folder = `packages/${name}`;
  const files = {
    ...packageFiles(folder, name, dependenciesOf(needed)),
    ...modelFiles(folder, model, classification),
    [`${folder}/README.md`]: readme(name, model),
  };
  if (!(await writeAll(files, compose, { dryRun }))) return 0;
  await install();
  await build('tooling/schema-release');
  await runStage({
    name: 'code owners',
    command: process.execPath,
    args: [path.join(root, CODE_OWNERS), 'codeowners', '--write'],
    fix: 'pnpm codeowners --write',
  });
  process.stderr.write(
    `Next: name its owners in ${folder}/package.json, say in its README what it owns, add it to the tree in README.md, then \`pnpm new migration\`.\n`,
  );
  return 0;
}

/** What the domains that it needs are called as packages, with what every domain depends on. */
function dependenciesOf(needed) {
  const names = needed.map((each) => readJson(`${domainFolder(each)}/package.json`).name);
  const all = [...names, '@holovitals/database', '@holovitals/errors'].sort();
  return Object.fromEntries(all.map((each) => [each, 'workspace:^']));
}

function packageFiles(folder, name, dependencies) {
  const like = readJson('packages/identity/package.json');
  const shared = ['eslint-config', 'tsconfig', 'vitest-config'].map(
    (each) => `@holovitals/${each}`,
  );
  const json = {
    name: `@holovitals/${name}`,
    version: '1.0.0',
    private: true,
    description: `What ${name} owns of the schema`,
    type: 'module',
    schemaDomain: name,
    codeOwners: [`@holovitals/${name}`],
    exports: like.exports,
    files: ['dist'],
    scripts: like.scripts,
    dependencies,
    devDependencies: {
      ...Object.fromEntries(shared.map((each) => [each, 'workspace:^'])),
      '@types/node': 'catalog:',
      eslint: 'catalog:',
      typescript: 'catalog:',
      vitest: 'catalog:',
    },
  };
  return {
    [`${folder}/package.json`]: `${JSON.stringify(json, null, 2)}\n`,
    [`${folder}/tsconfig.json`]:
      '{ "extends": "@holovitals/tsconfig/base.json", "include": ["src", "test", "*.ts"] }\n',
    [`${folder}/tsconfig.build.json`]: JSON.stringify({
      extends: ['./tsconfig.json', '@holovitals/tsconfig/build.json'],
      include: ['src'],
      exclude: ['src/**/*.test.ts'],
    }),
    [`${folder}/eslint.config.js`]: "export { default } from '@holovitals/eslint-config';\n",
    [`${folder}/vitest.config.ts`]: "export { default } from '@holovitals/vitest-config';\n",
    [`${folder}/src/index.ts`]: 'export {};\n',
  };
}

function readme(name, model) {
  return `# @holovitals/${name}

What ${name} owns of the schema: ${model}.

## What it owns

| file       | what                                  |
| ---------- | ------------------------------------- |
| \`prisma/\`  | its models                            |
| \`src/\`     | its use cases, behind one \`index.ts\`  |
`;
}
