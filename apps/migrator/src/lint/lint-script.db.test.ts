import { beforeAll, describe, expect, it } from 'vitest';
import { readCorpus } from '../../test/lint/read-corpus.ts';
import { openShopBasis } from '../../test/lint/shop-basis.ts';
import type { LintBasis } from './lint-basis.ts';
import { settle } from './lint-basis.ts';
import { lintScript } from './lint-script.ts';
import { RULES } from './rules.ts';

let shop: () => LintBasis;

beforeAll(async () => {
  shop = await openShopBasis();
});

/** The codes that are found in scripts that run one after the other. */
async function codesIn(scripts: readonly string[], options = {}): Promise<string[]> {
  const basis = shop();
  const codes = new Set<string>();
  for (const script of scripts) {
    const { findings } = await lintScript(script, basis, options);
    for (const { rule } of findings) codes.add(rule);
    settle(basis, 'large');
  }
  return [...codes].sort();
}

const corpus = readCorpus();

describe('the corpus', () => {
  it('holds what it claims to hold', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(230);
    const codes = new Set(corpus.flatMap((it) => it.codes));
    const untried = RULES.map(({ code }) => code).filter((code) => !codes.has(code));
    expect(untried).toEqual(['out-of-order']);
  });

  it.each(corpus)('line $line: $sql', async ({ sql, codes }) => {
    expect(await codesIn([sql])).toEqual(codes);
  });
});

describe("a rule's own examples", () => {
  it.each(RULES)('$code finds its bad one', async ({ code, bad }) => {
    expect(await codesIn([bad], { isOutOfOrder: code === 'out-of-order' })).toContain(code);
  });

  it.each(RULES)(
    '$code finds nothing in its safe one, and no other rule an error',
    async ({ safe }) => {
      expect(await codesIn(safe.split('-- next migration\n'))).toEqual([]);
    },
  );
});
