import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { composeWorkspace, type Composition } from '../src/index.ts';
import { createReport } from '../src/diagnostic.ts';
import { scanFragment } from '../src/scan-fragment.ts';

const scratch = mkdtempSync(join(tmpdir(), 'composer-properties-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const shared = join(import.meta.dirname, 'cases/_shared');
const domains = ['alpha', 'beta', 'gamma', 'delta'] as const;

interface GeneratedModel {
  readonly name: string;
  readonly domain: number;
  readonly targets: readonly number[];
  readonly noise: string;
  readonly crlf: boolean;
}

/** Models over four domains, each referring only to models generated before it. */
const workspaceModels = fc
  .array(
    fc.record({
      domain: fc.nat(domains.length - 1),
      targets: fc.array(fc.nat(30), { maxLength: 3 }),
      noise: fc.constantFrom('', '// } " {', '/// told // so }', '// \u00fc \u{1F389}'),
      crlf: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) =>
    rows
      .sort((a, b) => a.domain - b.domain)
      .map((row, index): GeneratedModel => ({
        ...row,
        name: `Model${String(index)}`,
        targets: index === 0 ? [] : row.targets.map((target) => target % index),
      })),
  );

function render(model: GeneratedModel): string {
  const relations = model.targets.map((target, at) => {
    const key = `key${String(at)}`;
    return `  ${key} String @db.Uuid
  /// @inverse from${model.name}X${String(at)}
  rel${String(at)} Model${String(target)} @relation("${model.name}X${String(at)}", fields: [${key}], references: [id], onDelete: Restrict, onUpdate: Restrict)
  @@index([${key}])
`;
  });
  const text = `${model.noise}\n/// One row. } {\n/// @open\nmodel ${model.name} {\n  ${model.noise}\n  id String @id @db.Uuid\n${relations.join('')}}\n`;
  return model.crlf ? text.replaceAll('\n', '\r\n') : text;
}

let count = 0;
function write(models: readonly GeneratedModel[], order: readonly number[]): string {
  const root = join(scratch, `w${String(count++)}`);
  const files = new Map<string, string>([
    ['pnpm-workspace.yaml', 'packages:\n  - packages/*\n'],
    ['schema.config.json', readFileSync(join(shared, 'schema.config.json'), 'utf8')],
  ]);
  domains.forEach((name, at) => {
    const dependencies = Object.fromEntries(
      domains.slice(0, at).map((each) => [`@x/${each}`, '*']),
    );
    files.set(
      `packages/${name}/package.json`,
      JSON.stringify({ name: `@x/${name}`, schemaDomain: name, dependencies }),
    );
  });
  for (const index of order) {
    const model = models[index];
    if (model === undefined) continue;
    const domain = domains[model.domain] ?? 'alpha';
    files.set(`packages/${domain}/prisma/${model.name}.prisma`, render(model));
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  cpSync(join(shared, 'packages/store'), join(root, 'packages/store'), { recursive: true });
  return root;
}

function composed(composition: Composition) {
  expect(composition.diagnostics).toEqual([]);
  if (composition.output === null) throw new Error('nothing was composed');
  return composition.output;
}

/** The composed text cut at its source comments: domain and text of each block. */
function blocksOf(schema: string): { readonly domain: string; readonly text: string }[] {
  return schema
    .split(/(?=\n\/\/ packages\/[^/]+\/prisma\/)/)
    .slice(1)
    .map((text) => ({ domain: text.split('/')[3] ?? '', text }));
}

describe('composeWorkspace', () => {
  it('gives the same bytes whatever the order of files and the folder', () => {
    fc.assert(
      fc.property(workspaceModels, fc.infiniteStream(fc.nat()), (models, stream) => {
        const keys = models.map(() => Number(stream.next().value));
        const order = models.map((_, at) => at);
        const shuffled = [...order].sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
        const first = composed(composeWorkspace({ root: write(models, order) }));
        const second = composed(composeWorkspace({ root: write(models, shuffled) }));
        expect(second).toEqual(first);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps every byte of every block', () => {
    fc.assert(
      fc.property(workspaceModels, (models) => {
        const root = write(models, [...models.keys()]);
        const { schema } = composed(composeWorkspace({ root }));
        for (const model of models) {
          const [head = '', tail = ''] = render(model).split(/(?=\}\r?\n$)/);
          expect(schema).toContain(head.trimStart());
          expect(schema).toContain(tail.trimEnd());
        }
      }),
      { numRuns: 40 },
    );
  });

  it('composes a domain to the whole less the other domains and their inverses', () => {
    fc.assert(
      fc.property(workspaceModels, fc.constantFrom(...domains), (models, domain) => {
        const root = write(models, [...models.keys()]);
        const whole = composed(composeWorkspace({ root })).schema;
        const part = composed(composeWorkspace({ root, domain })).schema;
        const closure: readonly string[] = domains.slice(0, domains.indexOf(domain) + 1);
        const foreign = models
          .filter((model) => !closure.includes(domains[model.domain] ?? ''))
          .map(({ name }) => `  from${name}X`);
        const expected = blocksOf(whole)
          .filter((block) => closure.includes(block.domain))
          .map(({ text }) =>
            text
              .split(/(?<=\n)/)
              .filter((line) => !foreign.some((each) => line.startsWith(each)))
              .join(''),
          );
        expect(blocksOf(part).map(({ text }) => text)).toEqual(expected);
        expect(part.split('\n// packages/')[0]).toBe(whole.split('\n// packages/')[0]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('scanFragment', () => {
  it('ends on any text, with spans inside it', () => {
    const pieces = fc.constantFrom(
      'model A {',
      '}',
      '{',
      '"',
      '\\',
      '///',
      '// ',
      '@',
      '@@index([',
      ')',
      '(',
      '\n',
      '\r\n',
      ' ',
      'a',
      'Int',
      '\u{1F389}',
      'enum B {',
      '@map("x")',
      ',',
      ']',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const file = { path: 'x.prisma', text: parts.join('') };
        for (const { span, close } of scanFragment(file, createReport([]))) {
          expect(file.text[close]).toBe('}');
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeLessThanOrEqual(file.text.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
