import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Shop } from './shop-workspace.ts';

/** What the prisma CLI says of a shop's database. */
export async function prismaStatus(shop: Shop): Promise<string> {
  const repository = path.resolve(import.meta.dirname, '../../..');
  const config = path.join(shop.root, 'prisma.config.mjs');
  writeFileSync(
    config,
    `export default { schema: 'db/schema.prisma', migrations: { path: 'db/migrations' }, datasource: { url: process.env.DATABASE_URL } };`,
  );
  const engine = path.join(repository, 'tooling/schema-engine/bin/schema-engine.mjs');
  const { stdout, stderr } = await promisify(execFile)(
    path.join(repository, 'node_modules/.bin/prisma'),
    ['migrate', 'status', '--config', config],
    {
      cwd: shop.root,
      env: {
        ...process.env,
        DATABASE_URL: shop.database.url,
        PRISMA_SCHEMA_ENGINE_BINARY: engine,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      },
    },
  ).catch((error: unknown) => error as { stdout: string; stderr: string });
  return stdout + stderr;
}
