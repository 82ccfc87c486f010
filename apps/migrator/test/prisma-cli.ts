import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Shop } from './shop-workspace.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Runs the prisma CLI in a shop, over the engine of this workspace. */
export function runPrisma(
  shop: Shop,
  ...args: string[]
): Promise<{ readonly code: number; readonly output: string }> {
  return runPrismaWith(shop, shop.database.url, ...args);
}

/** Runs it with another database. */
export function runPrismaWith(
  shop: Shop,
  url: string,
  ...args: string[]
): Promise<{ readonly code: number; readonly output: string }> {
  shop.write(
    'prisma.config.ts',
    `export default {
  schema: 'db/schema.prisma',
  migrations: { path: 'db/migrations' },
  datasource: { url: process.env.DATABASE_URL },
};
`,
  );
  const env = {
    ...process.env,
    DATABASE_URL: url,
    PRISMA_SCHEMA_ENGINE_BINARY: path.join(
      repository,
      'tooling/schema-engine/bin/schema-engine.mjs',
    ),
  };
  return new Promise((resolve) => {
    execFile(
      path.join(repository, 'node_modules/.bin/prisma'),
      args,
      { cwd: shop.root, env },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
    );
  });
}
