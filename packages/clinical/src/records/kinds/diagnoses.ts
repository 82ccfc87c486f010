import { z } from 'zod';
import { code, fhirDate, id, text } from '../../resources/fields.ts';
import { codedFields, commonFields } from '../common-fields.ts';
import { inOrder, isGiven, type RecordKind } from '../record-kind.ts';

const ENDED = ['inactive', 'resolved', 'remission'];

/** Problems and diagnoses: FHIR Condition. */
export const diagnoses: RecordKind = {
  list: 'diagnoses',
  model: 'PatientDiagnosis',
  noun: 'diagnosis',
  orderedBy: 'recordedAt',
  fields: {
    ...codedFields,
    clinicalStatus: z.enum([
      'active',
      'recurrence',
      'relapse',
      'inactive',
      'remission',
      'resolved',
    ]),
    verificationStatus: z
      .enum(['unconfirmed', 'provisional', 'differential', 'confirmed', 'refuted'])
      .optional(),
    category: z.enum(['problem-list-item', 'encounter-diagnosis', 'health-concern']).optional(),
    severityCode: code.nullish(),
    bodySiteCode: code.nullish(),
    onsetAt: fhirDate.nullish(),
    onsetText: text(500).nullish(),
    abatementAt: fhirDate.nullish(),
    isAbated: z.boolean().optional(),
    asserterId: id.nullish(),
    ...commonFields,
  },
  rules: [
    inOrder('onsetAt', 'abatementAt'),
    {
      name: 'con-4',
      says: `what is abated is ${ENDED.join(', ')}`,
      fields: ['clinicalStatus', 'abatementAt', 'isAbated'],
      holds: ({ abatementAt, isAbated, clinicalStatus }) =>
        (!isGiven(abatementAt) && isAbated !== true) || ENDED.includes(String(clinicalStatus)),
    },
  ],
};
