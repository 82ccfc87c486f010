import { z } from 'zod';
import { amount, code, fhirDate, id, instant, text, uri } from '../../resources/fields.ts';
import { codedFields, commonFields } from '../common-fields.ts';
import { inOrder, isGiven, together, type RecordKind } from '../record-kind.ts';

/** What each kind of drug event may be in: FHIR R4 medicationrequest-, medicationstatement-, medicationdispense- and medication-admin-status. */
const STATUSES_OF: Readonly<Record<string, readonly string[]>> = {
  ORDER: ['active', 'on-hold', 'cancelled', 'completed', 'stopped', 'draft', 'unknown'],
  STATEMENT: ['active', 'completed', 'intended', 'stopped', 'on-hold', 'unknown', 'not-taken'],
  DISPENSE: [
    'preparation',
    'in-progress',
    'cancelled',
    'on-hold',
    'completed',
    'stopped',
    'declined',
    'unknown',
  ],
  ADMINISTRATION: ['in-progress', 'not-taken', 'on-hold', 'completed', 'stopped', 'unknown'],
};

/** Drug orders, statements, dispenses and administrations: FHIR MedicationRequest and its kin. */
export const medications: RecordKind = {
  list: 'medications',
  model: 'PatientMedication',
  noun: 'medication',
  orderedBy: 'recordedAt',
  fields: {
    ...codedFields,
    kind: z.enum(['ORDER', 'STATEMENT', 'DISPENSE', 'ADMINISTRATION']),
    status: z.enum([
      'draft',
      'intended',
      'preparation',
      'active',
      'in-progress',
      'on-hold',
      'completed',
      'stopped',
      'cancelled',
      'declined',
      'not-taken',
      'unknown',
    ]),
    intent: z
      .enum([
        'proposal',
        'plan',
        'directive',
        'order',
        'original-order',
        'reflex-order',
        'filler-order',
        'instance-order',
        'option',
      ])
      .nullish(),
    category: z.enum(['inpatient', 'outpatient', 'community', 'discharge']).nullish(),
    doseText: text(2000).nullish(),
    doseValue: amount.nullish(),
    doseUnit: code.nullish(),
    routeCode: code.nullish(),
    timingCode: code.nullish(),
    frequency: z.int().min(0).max(1000).nullish(),
    periodValue: amount.nullish(),
    periodUnit: z.enum(['s', 'min', 'h', 'd', 'wk', 'mo', 'a']).nullish(),
    asNeeded: z.boolean().optional(),
    authoredOn: fhirDate.nullish(),
    effectiveStart: fhirDate.nullish(),
    effectiveEnd: instant.nullish(),
    requesterId: id.nullish(),
    reported: z.boolean().optional(),
    reasonCode: code.nullish(),
    reasonSystem: uri.nullish(),
    stopReason: text(500).nullish(),
    quantity: amount.nullish(),
    quantityUnit: code.nullish(),
    daysSupply: z.int().min(0).max(3660).nullish(),
    refills: z.int().min(0).max(99).nullish(),
    dispensedAt: instant.nullish(),
    orderId: id.nullish(),
    ...commonFields,
  },
  rules: [
    together('reasonCode', 'reasonSystem'),
    together('periodValue', 'periodUnit'),
    inOrder('effectiveStart', 'effectiveEnd'),
    {
      name: 'status-of-kind',
      says: 'the status is one that this kind of drug event has',
      fields: ['kind', 'status'],
      holds: ({ kind, status }) => STATUSES_OF[String(kind)]?.includes(String(status)) === true,
    },
    {
      name: 'order-intent',
      says: 'an order has an intent',
      fields: ['kind', 'intent'],
      holds: ({ kind, intent }) => kind !== 'ORDER' || isGiven(intent),
    },
    {
      name: 'dose-unit',
      says: 'a unit comes with a dose',
      fields: ['doseUnit', 'doseValue'],
      holds: ({ doseUnit, doseValue }) => !isGiven(doseUnit) || isGiven(doseValue),
    },
  ],
};
