/** @module-tag slow */
import { OTHER_MAJORS, startScratchServer, type ScratchServer } from '@holovitals/postgres/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMS_ALONE, LOCK_FORMS } from '../locks/lock-forms.ts';
import { openProofs, type Proofs } from '../locks/prove-locks.ts';

describe.each(OTHER_MAJORS)('what is claimed of a script is what PostgreSQL %i does', (version) => {
  let server: ScratchServer;
  let proofs: Proofs;

  beforeAll(async () => {
    server = await startScratchServer({ version });
    process.env['TEST_DATABASE_URL'] = server.url();
    proofs = await openProofs();
  });

  afterAll(async () => {
    await proofs.close();
    await server.destroy();
    delete process.env['TEST_DATABASE_URL'];
  });

  it.each(LOCK_FORMS.filter(({ from = 0 }) => from <= version))('$sql', async (form) => {
    const { claimed, seen } = await proofs.prove(form);
    expect(claimed).toEqual(seen);
  });

  it.each(FORMS_ALONE)('$sql, which runs alone', async (form) => {
    const { claimed, seen } = await proofs.proveAlone(form);
    expect(claimed).toBe(seen);
  });
});
