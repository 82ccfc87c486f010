/** @module-tag slow */
import { describe, expect, it } from 'vitest';
import { leftToPeople, runDocument } from './test/run-document.ts';

describe('the guide', () => {
  it('leaves to people only what needs their server or their client programs', () => {
    expect(leftToPeople('docs/guide.md')).toMatchInlineSnapshot(`
      [
        "names a server of yours",
        "needs psql",
      ]
    `);
  });

  runDocument('docs/guide.md');
});
