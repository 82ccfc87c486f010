/** @module-tag slow */
import { describe, expect, it } from 'vitest';
import { leftToPeople, runDocument } from './test/run-document.ts';

describe('CONTRIBUTING', () => {
  it('leaves to people only what others see', () => {
    expect(leftToPeople('CONTRIBUTING.md')).toEqual(['sends it to others']);
  });

  runDocument('CONTRIBUTING.md');
});
