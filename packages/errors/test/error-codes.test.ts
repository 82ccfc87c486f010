import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The codes of the workspace's sources; the composer holds its own part of the page itself. */
function codesInSources(): string[] {
  const files = ['packages', 'apps', 'tooling'].flatMap((group) =>
    readdirSync(path.join(root, group)).flatMap((name) =>
      sourcesBelow(path.join(root, group, name, 'src')),
    ),
  );
  const codes = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bcode: '([A-Z_]+\.[A-Z0-9_]+)'/g)].map(
      (m) => m[1] ?? '',
    ),
  );
  return [...new Set(codes)].filter((code) => !code.startsWith('COMPOSE.')).sort();
}

function sourcesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(
        (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('generated'),
      )
      .map((file) => path.join(folder, file));
  } catch {
    return [];
  }
}

describe('docs/errors.md', () => {
  it('explains every code that the sources raise, and no other', () => {
    const page = readFileSync(path.join(root, 'docs/errors.md'), 'utf8');
    const explained = [...page.matchAll(/^\| `([A-Z_]+\.[A-Z0-9_]+)`/gm)].map((m) => m[1] ?? '');
    expect(explained.filter((code) => !code.startsWith('COMPOSE.')).sort()).toEqual(
      codesInSources(),
    );
  });
});
