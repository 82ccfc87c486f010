import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const source = join(import.meta.dirname, '../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
const text = files
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(source, name), 'utf8'))
  .join('\n');
const raised = new Set(
  [...text.matchAll(/code: '(?:COMPOSE\.)?([A-Z_]+)'/g)].map(([, code]) => `COMPOSE.${code ?? ''}`),
);

it('raises exactly the codes that docs/errors.md explains', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8');
  const documented = new Set(
    [...page.matchAll(/^\| `(COMPOSE\.[A-Z_]+)`/gm)].map(([, code]) => code),
  );
  expect([...raised].sort()).toEqual([...documented].sort());
});

it('has a golden case for every fault that a fragment or the configuration can hold', () => {
  const cases = join(import.meta.dirname, 'cases');
  const shown = readdirSync(cases, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('expected.txt'))
    .flatMap((name) => readFileSync(join(cases, name), 'utf8').match(/COMPOSE\.[A-Z_]+/g) ?? []);
  // Thrown, not reported; and the folder that cannot be read has a test of its own.
  const elsewhere = /CALL_INVALID|DOMAIN_UNKNOWN|MANIFEST|NOTHING|OUTPUT|ROOT_NOT_FOUND|UNREADABLE/;
  const expected = [...raised].filter((code) => !elsewhere.test(code));
  expect([...new Set(shown)].sort()).toEqual(expected.sort());
});
