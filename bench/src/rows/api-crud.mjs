import { openClinic } from './clinic.mjs';
import { warmUp } from './served.mjs';

const DIAGNOSIS = {
  code: 'I10',
  codeSystem: 'http://hl7.org/fhir/sid/icd-10-cm',
  clinicalStatus: 'active',
  note: 'as told by the patient',
};

/** Creates, reads, corrects and enters in error, one after another on each connection. */
export const apiCrud = {
  name: 'api-crud',
  what: 'create, read, correct and enter in error a diagnosis, requests a second',
  peer: 'the same four as bare Fastify + pg handlers with the same guards',
  aim: { atLeast: 0.5 },
  async prepare({ quick }) {
    const clinic = await openClinic();
    const seconds = quick ? 3 : 8;
    const requests = cycleOf(clinic);
    const amount = quick ? 1000 : 4000;
    await warmUp(clinic.api, requests, amount);
    await warmUp(clinic.bare, requests, amount);
    return {
      ours: () => clinic.load(clinic.api, requests, seconds),
      peer: () => clinic.load(clinic.bare, requests, seconds),
      close: () => clinic.close(),
    };
  },
};

/** A diagnosis that is created, read, corrected and entered in error, on each connection. */
export function cycleOf({ patientId, headers }) {
  const list = `/v1/patients/${patientId}/diagnoses`;
  const remember = (status, body, context) => {
    if (status === 201) context.id = JSON.parse(body).id;
  };
  const onRecord = (suffix) => (request, context) => ({
    ...request,
    path: `${list}/${context.id}${suffix}`,
  });
  const post = (body) => ({ method: 'POST', headers, body: JSON.stringify(body) });
  return [
    { ...post(DIAGNOSIS), path: list, onResponse: remember },
    { method: 'GET', headers, path: list, setupRequest: onRecord('') },
    {
      ...post({ note: 'corrected', reason: 'typing error' }),
      path: list,
      setupRequest: onRecord('/corrections'),
      onResponse: remember,
    },
    {
      ...post({ reason: 'wrong patient' }),
      path: list,
      setupRequest: onRecord('/entered-in-error'),
    },
  ];
}
