import { z } from 'zod';
import { amount, code, day, fhirDate, id, text } from '../../resources/fields.ts';
import { codedFields, commonFields } from '../common-fields.ts';
import { isGiven, type RecordKind } from '../record-kind.ts';

const CVX = 'http://hl7.org/fhir/sid/cvx';

/** Vaccine doses given or refused: FHIR Immunization. */
export const immunizations: RecordKind = {
  list: 'immunizations',
  model: 'PatientImmunization',
  noun: 'immunisation',
  orderedBy: 'occurrenceAt',
  fields: {
    ...codedFields,
    status: z.enum(['completed', 'not-done']),
    statusReasonCode: code.nullish(),
    occurrenceAt: fhirDate,
    lotNumber: text(100).nullish(),
    manufacturer: text(200).nullish(),
    expiresOn: day.nullish(),
    siteCode: code.nullish(),
    routeCode: code.nullish(),
    doseQuantity: amount.nullish(),
    doseUnit: code.nullish(),
    primarySource: z.boolean().optional(),
    doseNumber: z.int().min(1).max(100).nullish(),
    siteId: id.nullish(),
    performerId: id.nullish(),
    ...commonFields,
  },
  rules: [
    {
      name: 'reason-when-not-done',
      says: 'only a dose that was not given has a reason for it',
      fields: ['status', 'statusReasonCode'],
      holds: ({ status, statusReasonCode }) => status === 'not-done' || !isGiven(statusReasonCode),
    },
  ],
  derive: ({ code: value, codeSystem }) => ({
    cvxCode: codeSystem === CVX && /^\d{2,3}$/.test(String(value)) ? value : null,
  }),
};
