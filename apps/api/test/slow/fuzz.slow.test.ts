import { afterAll, beforeAll, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';
import { fuzz } from '../fuzz.ts';

let clinic: Clinic;

beforeAll(async () => {
  clinic = await openClinic();
});

afterAll(() => clinic.close());

it('20,000 generated requests are answered as the document says', async () => {
  const doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  const owner = await clinic.staff('owner@example.org', 'OWNER');
  const tokens = [undefined, doctor, doctor, owner, await clinic.registered('person@example.org')];
  const patients = [await clinic.patient(doctor), await clinic.patient(owner)];
  const seed = Number(process.env['FUZZ_SEED'] ?? 4_711);
  expect(await fuzz(clinic, tokens, patients, { requests: 20_000, seed })).toEqual([]);
});
