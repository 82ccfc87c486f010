import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const repository = path.join(import.meta.dirname, '..');
const program = path.join(import.meta.dirname, 'check-types-alone.mjs');
const shop = path.join(repository, 'tooling/schema-composer/test/cases/_shared');
let root: string;

/** A shop of two domains, `sales` above `catalog`, with a database package like ours. */
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'alone-'));
  cpSync(shop, root, { recursive: true });
  write('packages/store/package.json', '{ "name": "@shop/store", "type": "module" }');
  write(
    'packages/store/src/index.ts',
    `import { PrismaClient } from './generated/client.ts';
export type Database = PrismaClient;
export * from './generated/enums.ts';
`,
  );
  linkModules('packages/store', 'packages/database');
  for (const domain of ['catalog', 'sales']) {
    write(
      `packages/${domain}/tsconfig.json`,
      '{ "extends": "@holovitals/tsconfig/base.json", "include": ["src"] }',
    );
    const manifest = path.join(root, 'packages', domain, 'package.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('{', '{ "type": "module",'));
    linkModules(`packages/${domain}`, 'packages/errors');
  }
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

function linkModules(folder: string, like: string): void {
  const target = path.join(repository, like, 'node_modules');
  symlinkSync(target, path.join(root, folder, 'node_modules'), 'junction');
}

interface Outcome {
  readonly code: number;
  readonly told: string;
}

/** Checks a domain whose one source file uses each of the expressions. */
function checkAlone(domain: string, expressions: readonly string[]): Promise<Outcome> {
  const uses = expressions.map((each, at) => `export const use${String(at)} = () => ${each};\n`);
  write(
    `packages/${domain}/src/uses.ts`,
    `import * as store from '@shop/store';
declare const db: store.Database;
${uses.join('')}`,
  );
  const cwd = path.join(root, 'packages', domain);
  return new Promise((resolve) => {
    execFile(process.execPath, [program], { cwd }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), told: stdout + stderr });
    });
  });
}

describe('check-types:alone', () => {
  it(
    'lets a domain use its own models, those it depends on, and the inverses it owns',
    { tags: 'slow' },
    async () => {
      const catalog = await checkAlone('catalog', ['db.product.findMany()']);
      expect(catalog).toEqual({ code: 0, told: '' });
      const sales = await checkAlone('sales', [
        'db.order.findMany({ include: { product: true } })',
        'db.product.findMany({ include: { orders: true } })',
        'store.ProductKind.GOODS',
      ]);
      expect(sales).toEqual({ code: 0, told: '' });
    },
  );

  it('refuses a model, an inverse and an enum of a domain above', async () => {
    write(
      'packages/sales/prisma/state.prisma',
      'enum OrderState {\n  OPEN\n\n  @@map("order_state")\n}\n',
    );
    const { code, told } = await checkAlone('catalog', [
      'db.order.findMany()',
      'db.product.findMany({ include: { orders: true } })',
      'store.OrderState.OPEN',
    ]);
    expect(code).toBe(2);
    const faults = told.split('\n').filter((line) => line.startsWith('src/uses.ts'));
    expect(faults).toEqual([
      expect.stringContaining("Property 'order' does not exist"),
      expect.stringContaining("'include' does not exist"),
      expect.stringContaining("Property 'OrderState' does not exist"),
    ]);
  });

  it('fails where the client lost its types', { tags: 'slow' }, async () => {
    write('packages/store/src/index.ts', 'export type Database = any;\n');
    const { code, told } = await checkAlone('catalog', ['db.order.findMany()']);
    expect(code).toBe(2);
    expect(told).toContain('.alone/src/probe.ts');
  });

  it('runs for every domain of this workspace', () => {
    const packages = path.join(repository, 'packages');
    const manifests = readdirSync(packages).map(
      (name) =>
        JSON.parse(readFileSync(path.join(packages, name, 'package.json'), 'utf8')) as {
          schemaDomain?: string;
          scripts: Record<string, string>;
        },
    );
    const domains = manifests.filter(({ schemaDomain }) => schemaDomain !== undefined);
    expect(domains.length).toBeGreaterThan(0);
    for (const { scripts } of domains) {
      expect(scripts['check-types:alone']).toBe('node ../../scripts/check-types-alone.mjs');
    }
  });
});
