import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HEALTH_CODES } from './health-codes.ts';

const page = readFileSync(new URL('../../../../docs/health.md', import.meta.url), 'utf8');

it('stands in docs/health.md, every code and no other, in the same words', () => {
  const rows = [...page.matchAll(/^\| `([A-Z_]+)`\s*\|(.+)\|$/gm)].map(([, code, rest = '']) => [
    code,
    rest.split('|').map((cell) => cell.trim()),
  ]);
  expect(rows).toEqual(
    Object.entries(HEALTH_CODES).map(([code, { meaning, why, remedy }]) => [
      code,
      [meaning, why, remedy],
    ]),
  );
});
