import { fhirDate, id } from '../../resources/fields.ts';
import { z } from 'zod';
import { codedFields, commonFields } from '../common-fields.ts';
import { isGiven, type RecordKind } from '../record-kind.ts';
import {
  correctedMeasurement,
  measurementStatus,
  quantityFields,
  quantityRules,
} from './measurement.ts';

const LOINC = 'http://loinc.org';

/** Vital signs: FHIR Observation of category vital-signs. Blood pressure is a panel of two. */
export const vitalSigns: RecordKind = {
  list: 'vital-signs',
  model: 'PatientVitalSign',
  noun: 'vital sign',
  orderedBy: 'effectiveAt',
  fields: {
    ...codedFields,
    code: z
      .string()
      .regex(/^\d{1,7}-\d$/)
      .meta({ description: 'LOINC number.' }),
    codeSystem: z.literal(LOINC),
    status: measurementStatus,
    effectiveAt: fhirDate,
    ...quantityFields,
    panelId: id.nullish(),
    ...commonFields,
  },
  rules: [
    ...quantityRules,
    {
      name: 'obs-6',
      says: 'a value is there, or why it is not, or neither for a panel; never both',
      fields: ['value', 'dataAbsentReason'],
      holds: ({ value, dataAbsentReason }) => !isGiven(value) || !isGiven(dataAbsentReason),
    },
  ],
  derive: ({ code }) => ({ loincCode: code }),
  corrected: correctedMeasurement,
};
