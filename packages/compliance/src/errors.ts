import { CodedError } from '@holovitals/errors';
import type { z } from 'zod';

/** The input of a use case breaks its schema. Names the places, never the values. */
export function inputInvalid(useCase: string, error: z.ZodError): CodedError {
  const faults = error.issues.map((issue) => ({ place: issue.path.join('.'), rule: issue.code }));
  return new CodedError({
    code: 'COMPLIANCE.INPUT_INVALID',
    kind: 'invalid',
    message: `The input of ${useCase} is not valid.`,
    why: faults.map(({ place, rule }) => `${place === '' ? 'input' : place}: ${rule}`).join('; '),
    fix: 'Send what the schema of this call asks for.',
    details: { faults },
  });
}

/** Nobody may tell a patient who is not there from one whose trail is closed. */
export function accessesClosed(): CodedError {
  return new CodedError({
    code: 'COMPLIANCE.ACCESSES_CLOSED',
    kind: 'missing',
    message: 'There is no such patient, or the list of accesses is not open to you.',
    why: 'It is open to the patient, to a personal representative, and to who may read the audit trail.',
    fix: 'Log in as one of them.',
  });
}
