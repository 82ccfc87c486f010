import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const config = path.join(import.meta.dirname, '../.dependency-cruiser.cjs');
const depcruise = path.join(import.meta.dirname, 'node_modules/.bin/depcruise');

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { name: string } }[];
  };
}

/** Packages of a small workspace, each with those it declares. */
const packages: Readonly<Record<string, readonly string[]>> = {
  'packages/errors': [],
  'packages/database': ['errors'],
  'packages/catalog': ['database', 'errors'],
  'packages/sales': ['catalog', 'database', 'errors'],
  'apps/api': ['sales', 'migrator'],
  'apps/migrator': ['errors', 'postgres'],
  'tooling/postgres': ['errors'],
};
const importing = (specifier: string) => `import '${specifier}';\n`;

/** Files that break a rule, each with the one rule it breaks. */
const offenders: readonly (readonly [file: string, source: string, rule: string])[] = [
  ['packages/sales/src/a.ts', importing('./b.ts'), 'no-cycles'],
  ['packages/errors/src/up.ts', importing('@shop/database'), 'errors-import-nothing'],
  ['packages/database/src/up.ts', importing('@shop/catalog'), 'database-imports-only-errors'],
  ['packages/catalog/src/tools.ts', importing('@shop/postgres'), 'domains-import-down'],
  ['apps/migrator/src/domain.ts', importing('@shop/sales'), 'tooling-knows-no-domain'],
  ['tooling/postgres/src/domain.ts', importing('@shop/database'), 'tooling-knows-no-domain'],
  ['packages/sales/src/app.ts', importing('@shop/api'), 'apps-are-not-imported'],
  ['packages/sales/src/deep.ts', importing('@shop/catalog/src/inside.ts'), 'one-door-per-package'],
  [
    'packages/sales/src/path.ts',
    importing('../../catalog/src/index.ts'),
    'by-name-across-packages',
  ],
  ['packages/catalog/src/upward.ts', importing('@shop/sales'), 'no-undeclared-dependency'],
  ['packages/sales/src/undeclared.ts', importing('undeclared'), 'no-undeclared-dependency'],
  ['packages/sales/src/only-dev.ts', importing('only-dev'), 'no-dev-dependency-at-run-time'],
];

/** Links that stand for what a careless installation would have put there. */
const strayLinks: readonly (readonly [from: string, to: string])[] = [
  ['packages/errors', 'packages/database'],
  ['packages/database', 'packages/catalog'],
  ['packages/catalog', 'tooling/postgres'],
  ['apps/migrator', 'packages/sales'],
  ['tooling/postgres', 'packages/database'],
  ['packages/sales', 'apps/api'],
];

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'rules-'));
  write('package.json', '{ "name": "shop", "type": "module" }');
  for (const [folder, declared] of Object.entries(packages)) makePackage(folder, declared);
  write('packages/catalog/src/inside.ts', 'export {};\n');
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

function makePackage(folder: string, declared: readonly string[]): void {
  const name = path.basename(folder);
  const manifest = {
    name: `@shop/${name}`,
    type: 'module',
    exports: { '.': './src/index.ts', './src/*': './src/*' },
    dependencies: Object.fromEntries(declared.map((each) => [`@shop/${each}`, 'workspace:*'])),
    devDependencies: { 'only-dev': '1.0.0' },
  };
  write(`${folder}/package.json`, JSON.stringify(manifest));
  write(`${folder}/src/index.ts`, declared.map((each) => importing(`@shop/${each}`)).join(''));
  for (const each of ['only-dev', ...(folder === 'packages/sales' ? ['undeclared'] : [])]) {
    write(`${folder}/node_modules/${each}/package.json`, `{ "name": "${each}" }`);
    write(`${folder}/node_modules/${each}/index.js`, '');
  }
  for (const each of declared) {
    const target = Object.keys(packages).find((other) => path.basename(other) === each);
    if (target !== undefined) link(folder, target);
  }
}

function link(from: string, to: string): void {
  const place = path.join(root, from, 'node_modules/@shop', path.basename(to));
  mkdirSync(path.dirname(place), { recursive: true });
  symlinkSync(path.join(root, to), place, 'junction');
}

/** The rules that each file breaks. */
async function cruise(): Promise<Record<string, string[]>> {
  const args = ['--config', config, '-T', 'json', 'packages', 'apps', 'tooling'];
  const { stdout } = await promisify(execFile)(depcruise, args, { cwd: root }).catch(
    (error: unknown) => error as { stdout: string },
  );
  const broken: Record<string, string[]> = {};
  for (const { from, rule } of (JSON.parse(stdout) as Cruise).summary.violations) {
    (broken[from] ??= []).push(rule.name);
  }
  return broken;
}

describe('dependency rules', () => {
  it('let imports point down, through doors', async () => {
    expect(await cruise()).toEqual({});
  });

  it('name the rule that a file breaks, each of them', async () => {
    for (const [from, to] of strayLinks) link(from, to);
    write('packages/sales/src/b.ts', importing('./a.ts'));
    for (const [file, source] of offenders) write(file, source);
    expect(await cruise()).toEqual(
      Object.fromEntries(offenders.map(([file, , rule]) => [file, [rule]])),
    );
    const { forbidden } = require(config) as { forbidden: { name: string }[] };
    const rules = forbidden.map(({ name }) => name).sort();
    expect([...new Set(offenders.map(([, , rule]) => rule))].sort()).toEqual(rules);
  });
});
