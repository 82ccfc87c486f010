/** @module-tag slow */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMS_ALONE, LOCK_FORMS } from '../../../test/locks/lock-forms.ts';
import { openProofs, type Proofs } from '../../../test/locks/prove-locks.ts';

let proofs: Proofs;

beforeAll(async () => {
  proofs = await openProofs();
});

afterAll(() => proofs.close());

describe('what is claimed of a script is what PostgreSQL 18 does', () => {
  it.each(LOCK_FORMS)('$sql', async (form) => {
    const { claimed, seen } = await proofs.prove(form);
    expect(claimed).toEqual(seen);
  });

  it.each(FORMS_ALONE)('$sql, which runs alone', async (form) => {
    const { claimed, seen } = await proofs.proveAlone(form);
    expect(claimed).toBe(seen);
  });
});
