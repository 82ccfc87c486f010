/** @module-tag slow */
import { createRequire } from 'node:module';
import { startScratchServer, type ScratchServer } from '@holovitals/postgres/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lintScript } from '../../src/lint/lint-script.ts';
import { RULES } from '../../src/lint/rules.ts';
import { readCorpus } from '../lint/read-corpus.ts';
import { renderComparison, type ComparedCase } from '../lint/render-comparison.ts';
import { runSquawk } from '../lint/run-squawk.ts';
import { openShopBasis } from '../lint/shop-basis.ts';

let server: ScratchServer;

beforeAll(async () => {
  server = await startScratchServer();
  process.env['TEST_DATABASE_URL'] = server.url();
});

afterAll(async () => {
  delete process.env['TEST_DATABASE_URL'];
  await server.destroy();
});

it('docs/lint-comparison.md holds both linters side by side as they are', async () => {
  const corpus = readCorpus();
  const shop = await openShopBasis();
  const cases: ComparedCase[] = [];
  for (const [it, squawk] of await runSquawk(corpus)) {
    const { findings } = await lintScript(it.sql, shop());
    cases.push({ ...it, squawk, ours: new Set(findings.map(({ rule }) => rule)) });
  }
  const { version } = createRequire(import.meta.url)('squawk-cli/package.json') as {
    version: string;
  };
  const page = renderComparison(
    cases,
    RULES.map(({ code }) => code),
    version,
  );
  await expect(page).toMatchFileSnapshot('../../../../docs/lint-comparison.md');
});
