import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Two schemas with what is said of them. */
export interface Case {
  readonly title: string;
  readonly before: string;
  readonly after: string;
}

/** Reads a file of cases: `== title`, the schema before, `->`, the schema after. */
export function readCases(name: string): Case[] {
  return readFileSync(path.join(import.meta.dirname, name), 'utf8')
    .split(/^== /m)
    .slice(1)
    .map((text) => {
      const [title = '', ...lines] = text.split('\n');
      const [before = '', after = ''] = lines.join('\n').split(/^->$/m).map(spread);
      return { title, before, after };
    });
}

/** Cases put braces where it is short; Prisma wants lines. */
function spread(schema: string): string {
  return schema.replace(/^((?:model|view|enum) \w+) \{ ?/gm, '$1 {\n  ').replace(/ \}$/gm, '\n}');
}
