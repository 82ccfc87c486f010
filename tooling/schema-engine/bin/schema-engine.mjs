#!/usr/bin/env node
// The engine of the `prisma` CLI: PRISMA_SCHEMA_ENGINE_BINARY points here.
import { existsSync } from 'node:fs';

if (!existsSync(new URL('../dist/executable/main.js', import.meta.url))) {
  process.stderr.write('The schema engine is not built yet. Run `pnpm build`.\n');
  process.exit(2);
}
await import('../dist/executable/main.js');
