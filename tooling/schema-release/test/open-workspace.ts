import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A workspace of its own, and a git repository where `commit` is called. */
export interface TestWorkspace {
  readonly root: string;
  write(file: string, text: string): void;
  /** Writes `packages/<domain>/prisma/models.prisma`. */
  fragment(domain: string, text: string): void;
  git(...args: string[]): string;
  commit(message: string): void;
  remove(): void;
}

const classification = (rank: number, rowSecurity: boolean) => ({
  rank,
  meaning: 'of a test',
  rowSecurity,
  mask: rowSecurity,
  log: !rowSecurity,
});

const CONFIG = {
  schemaDir: 'packages/store/prisma',
  base: 'packages/store/prisma/base.prisma',
  classifications: { closed: classification(2, true), open: classification(1, false) },
  retentionTypes: ['SHORT', 'LONG'],
  noCascadeInto: { classifications: [], models: [] },
  extensions: [],
};

const BASE = `datasource db {
  provider = "postgresql"
}

generator client {
  provider        = "prisma-client"
  output          = "client"
  previewFeatures = ["partialIndexes", "views"]
}
`;

/** Opens a workspace with these domains, each with the domains it depends on. */
export function openWorkspace(
  domains: Readonly<Record<string, readonly string[]>>,
  version = '2.3.0',
): TestWorkspace {
  const root = mkdtempSync(path.join(os.tmpdir(), 'schema-release-test-'));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  const git = (...args: string[]) =>
    execFileSync('git', [...author, ...args], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  write('package.json', '{ "name": "shop", "private": true }');
  write('pnpm-workspace.yaml', 'packages:\n  - packages/*\n');
  write('schema.config.json', JSON.stringify(CONFIG));
  write('packages/store/package.json', JSON.stringify({ name: '@shop/store', version }));
  write('packages/store/prisma/base.prisma', BASE);
  for (const [domain, needs] of Object.entries(domains)) {
    const dependencies = Object.fromEntries(needs.map((name) => [`@shop/${name}`, 'workspace:*']));
    const json = { name: `@shop/${domain}`, version, schemaDomain: domain, dependencies };
    write(`packages/${domain}/package.json`, JSON.stringify(json));
  }
  return {
    root,
    write,
    fragment: (domain, text) => write(`packages/${domain}/prisma/models.prisma`, text),
    git,
    commit(message) {
      git('add', '-A');
      git('commit', '-qm', message);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
