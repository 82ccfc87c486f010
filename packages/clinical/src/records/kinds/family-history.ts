import { z } from 'zod';
import { amount, code, fhirDate, text } from '../../resources/fields.ts';
import { commonFields, optionallyCodedFields } from '../common-fields.ts';
import { isGiven, together, type RecordKind } from '../record-kind.ts';

const years = amount.refine((value) => Number(value) <= 150, { message: 'above 150 years' });

/** Illness in the family: FHIR FamilyMemberHistory, one row for each relative and condition. */
export const familyHistory: RecordKind = {
  list: 'family-history',
  model: 'PatientFamilyHistory',
  noun: 'family history',
  orderedBy: 'recordedAt',
  fields: {
    ...optionallyCodedFields,
    status: z.enum(['partial', 'completed', 'health-unknown']),
    relationshipCode: code,
    sex: z.enum(['male', 'female', 'other', 'unknown']).nullish(),
    bornOn: fhirDate.nullish(),
    ageYears: years.nullish(),
    estimatedAge: z.boolean().optional(),
    isDeceased: z.boolean().nullish(),
    deceasedAgeYears: years.nullish(),
    onsetAgeYears: years.nullish(),
    onsetText: text(500).nullish(),
    contributedToDeath: z.boolean().nullish(),
    ...commonFields,
  },
  rules: [
    together('code', 'codeSystem'),
    {
      name: 'fhs-1',
      says: 'a relative is born on a day or has an age, not both',
      fields: ['bornOn', 'ageYears'],
      holds: ({ bornOn, ageYears }) => !isGiven(bornOn) || !isGiven(ageYears),
    },
    {
      name: 'fhs-2',
      says: 'only an age that is given can be a guess',
      fields: ['estimatedAge', 'ageYears'],
      holds: ({ estimatedAge, ageYears }) => estimatedAge !== true || isGiven(ageYears),
    },
  ],
};
