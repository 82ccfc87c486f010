import { openClinic } from './clinic.mjs';
import { warmUp } from './served.mjs';

/** The read that clinicians make most. */
export const apiSummary = {
  name: 'api-summary',
  what: 'a patient summary with session, policy, row security, decryption and audit',
  peer: 'a bare Fastify + pg handler: session, begin, identity, the same read, audit row, commit',
  aim: { atLeast: 0.9 },
  async prepare({ quick }) {
    const clinic = await openClinic();
    const seconds = quick ? 3 : 8;
    const { headers, patientId } = clinic;
    const requests = [{ method: 'GET', path: `/v1/patients/${patientId}/summary`, headers }];
    const amount = quick ? 1000 : 4000;
    await warmUp(clinic.api, requests, amount);
    await warmUp(clinic.bare, requests, amount);
    return {
      ours: () => clinic.load(clinic.api, requests, seconds),
      peer: () => clinic.load(clinic.bare, requests, seconds),
      close: () => clinic.close(),
      note: 'the peer neither decrypts nor hashes',
    };
  },
};
