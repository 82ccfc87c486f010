// Prisma's own way to make one schema of many files: merge, then validate; Node's default flags.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const prisma = createRequire(import.meta.url)('@prisma/prisma-schema-wasm');
const schema = readdirSync(process.argv[2], { recursive: true })
  .filter((file) => file.endsWith('.prisma'))
  .map((file) => [file, readFileSync(path.join(process.argv[2], file), 'utf8')]);
prisma.merge_schemas(JSON.stringify({ schema }));
prisma.validate(JSON.stringify({ prismaSchema: schema }));
