import { createRequire } from 'node:module';
import type { Report } from './diagnostic.ts';
import { sourceOf, type Splice } from './splice.ts';

interface PrismaSchemaWasm {
  lint(files: string): string;
}

interface PrismaFault {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly is_warning: boolean;
}

/** Has Prisma's own parser judge the composed text; its faults are reported at their sources. */
export function validateSchema(splice: Splice, report: Report): void {
  const answer = loadPrisma().lint(JSON.stringify([['schema.prisma', splice.text]]));
  for (const { start, end, text, is_warning } of JSON.parse(answer) as PrismaFault[]) {
    if (is_warning) continue;
    report({
      code: 'PRISMA',
      message: text.replace(/^(Error validating[^:]*: |Error parsing [^:]*: )/, ''),
      at: sourceOf(splice, start, end),
    });
  }
}

let loaded: PrismaSchemaWasm | undefined;

/** Loads the parser when it is first needed: it is WebAssembly of some megabytes. */
function loadPrisma(): PrismaSchemaWasm {
  loaded ??= createRequire(import.meta.url)('@prisma/prisma-schema-wasm') as PrismaSchemaWasm;
  return loaded;
}
