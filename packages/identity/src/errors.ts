import { CodedError } from '@holovitals/errors';
import type { z } from 'zod';

/** The input of a use case breaks its schema. Names the places, never the values. */
export function inputInvalid(useCase: string, error: z.ZodError): CodedError {
  const places = error.issues.map((issue) => ({ path: issue.path.join('.'), rule: issue.code }));
  return new CodedError({
    code: 'IDENTITY.INPUT_INVALID',
    kind: 'invalid',
    message: `The input of ${useCase} is not valid.`,
    why: places.map(({ path, rule }) => `${path === '' ? 'input' : path}: ${rule}`).join('; '),
    fix: 'Send what the schema of this call asks for.',
    details: { places },
  });
}
