import { code, decimal, fhirDate, id, instant, text, uri } from '../../resources/fields.ts';
import { codedFields, commonFields } from '../common-fields.ts';
import { isGiven, together, type RecordKind } from '../record-kind.ts';
import {
  correctedMeasurement,
  measurementStatus,
  quantityFields,
  quantityRules,
} from './measurement.ts';

const LOINC = 'http://loinc.org';

/** Laboratory results: FHIR Observation of category laboratory. */
export const results: RecordKind = {
  list: 'results',
  model: 'PatientObservation',
  noun: 'laboratory result',
  orderedBy: 'recordedAt',
  where: { category: 'laboratory' },
  fields: {
    ...codedFields,
    status: measurementStatus,
    effectiveAt: fhirDate.nullish(),
    issuedAt: instant.nullish(),
    ...quantityFields,
    valueCode: code.nullish(),
    valueCodeSystem: uri.nullish(),
    valueText: text(10_000).nullish(),
    rangeLow: decimal.nullish(),
    rangeHigh: decimal.nullish(),
    rangeText: text(500).nullish(),
    specimenTypeCode: code.nullish(),
    specimenSiteCode: code.nullish(),
    specimenCondition: code.nullish(),
    specimenIdentifier: text(100).nullish(),
    specimenCollectedAt: instant.nullish(),
    panelId: id.nullish(),
    performerId: id.nullish(),
    ...commonFields,
  },
  rules: [
    ...quantityRules,
    together('valueCode', 'valueCodeSystem'),
    {
      name: 'obs-6',
      says: 'a reason for an absent value comes without a value',
      fields: ['value', 'valueCode', 'valueText', 'dataAbsentReason'],
      holds: ({ value, valueCode, valueText, dataAbsentReason }) =>
        !isGiven(dataAbsentReason) || ![value, valueCode, valueText].some(isGiven),
    },
    {
      name: 'one-value',
      says: 'a result is a quantity or a code, not both',
      fields: ['value', 'valueCode'],
      holds: ({ value, valueCode }) => !isGiven(value) || !isGiven(valueCode),
    },
    {
      name: 'range-order',
      says: 'rangeLow is not above rangeHigh',
      fields: ['rangeLow', 'rangeHigh'],
      holds: ({ rangeLow, rangeHigh }) =>
        !isGiven(rangeLow) || !isGiven(rangeHigh) || Number(rangeLow) <= Number(rangeHigh),
    },
  ],
  derive: ({ code: value, codeSystem }) => ({
    category: 'laboratory',
    loincNumber: codeSystem === LOINC && /^\d{1,7}-\d$/.test(String(value)) ? value : null,
  }),
  corrected: correctedMeasurement,
};
