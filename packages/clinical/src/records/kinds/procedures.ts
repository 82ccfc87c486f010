import { z } from 'zod';
import { code, codes, fhirDate, id, instant, uri } from '../../resources/fields.ts';
import { codedFields, commonFields } from '../common-fields.ts';
import { inOrder, together, type RecordKind } from '../record-kind.ts';

/** Procedures performed or not done: FHIR Procedure. */
export const procedures: RecordKind = {
  list: 'procedures',
  model: 'PatientProcedure',
  noun: 'procedure',
  orderedBy: 'recordedAt',
  fields: {
    ...codedFields,
    status: z.enum([
      'preparation',
      'in-progress',
      'not-done',
      'on-hold',
      'stopped',
      'completed',
      'unknown',
    ]),
    statusReasonCode: code.nullish(),
    performedStart: fhirDate.nullish(),
    performedEnd: instant.nullish(),
    bodySiteCode: code.nullish(),
    outcomeCode: code.nullish(),
    complicationCodes: codes.optional(),
    reasonCode: code.nullish(),
    reasonSystem: uri.nullish(),
    performerId: id.nullish(),
    ...commonFields,
  },
  rules: [together('reasonCode', 'reasonSystem'), inOrder('performedStart', 'performedEnd')],
};
