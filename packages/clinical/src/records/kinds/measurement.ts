import { z } from 'zod';
import { code, codes, measuredValue } from '../../resources/fields.ts';
import { isGiven, type RecordRule } from '../record-kind.ts';

/** States of a measurement that callers may give: FHIR observation-status. */
export const measurementStatus = z.enum([
  'registered',
  'preliminary',
  'final',
  'amended',
  'corrected',
  'cancelled',
  'unknown',
]);

/** A measured quantity: FHIR Observation.value[x] as Quantity. */
export const quantityFields = {
  value: measuredValue.nullish(),
  comparator: z.enum(['<', '<=', '>=', '>', 'ad']).nullish(),
  unit: z.string().trim().min(1).max(100).nullish(),
  /** UCUM. */
  ucumCode: code.nullish(),
  dataAbsentReason: z
    .enum([
      'unknown',
      'asked-unknown',
      'temp-unknown',
      'not-asked',
      'asked-declined',
      'masked',
      'not-applicable',
      'unsupported',
      'as-text',
      'error',
      'not-a-number',
      'negative-infinity',
      'positive-infinity',
      'not-performed',
      'not-permitted',
    ])
    .nullish(),
  interpretationCodes: codes.optional(),
  bodySiteCode: code.nullish(),
  methodCode: code.nullish(),
};

/** A sign or a unit says something of a number. */
export const quantityRules: readonly RecordRule[] = [
  {
    name: 'comparator-needs-value',
    says: 'a comparator comes with a value',
    fields: ['comparator', 'value'],
    holds: ({ comparator, value }) => !isGiven(comparator) || isGiven(value),
  },
];

/** What is final becomes corrected when it is corrected. */
export function correctedMeasurement({ status }: Readonly<Record<string, unknown>>) {
  return status === 'final' || status === 'amended' ? { status: 'corrected' } : {};
}
