import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const CODE = /\bPOSTGRES\.[A-Z_]+\b/g;

function codesIn(file: string, part: (text: string) => string = (text) => text): string[] {
  const text = part(readFileSync(new URL(file, import.meta.url), 'utf8'));
  return [...new Set(text.match(CODE))].sort();
}

describe('error codes', () => {
  it('stand in docs/errors.md, each of them and no other', () => {
    const documented = codesIn('../../../docs/errors.md', (text) => {
      const section = text.split(/^## /m).find((part) => part.startsWith('@holovitals/postgres\n'));
      return section ?? '';
    });
    expect(documented).toEqual(codesIn('./errors.ts'));
  });
});
