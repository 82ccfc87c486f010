import { expect, it } from 'vitest';
import { RULES } from '../../src/lint/rules.ts';
import { renderRulesPage } from './render-rules-page.ts';

it('docs/lint-rules.md explains every rule as it is', async () => {
  expect(new Set(RULES.map(({ code }) => code)).size).toBe(RULES.length);
  await expect(renderRulesPage(RULES)).toMatchFileSnapshot('../../../../docs/lint-rules.md');
});
