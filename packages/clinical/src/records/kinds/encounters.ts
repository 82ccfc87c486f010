import { z } from 'zod';
import { code, fhirDate, id, uri } from '../../resources/fields.ts';
import { fieldsOfVisit, optionallyCodedFields } from '../common-fields.ts';
import { inOrder, together, type RecordKind } from '../record-kind.ts';

/** Visits and stays: FHIR Encounter. */
export const encounters: RecordKind = {
  list: 'encounters',
  model: 'Encounter',
  noun: 'encounter',
  orderedBy: 'recordedAt',
  fields: {
    ...optionallyCodedFields,
    status: z.enum([
      'planned',
      'arrived',
      'triaged',
      'in-progress',
      'onleave',
      'finished',
      'cancelled',
      'unknown',
    ]),
    classCode: code.meta({ description: 'HL7 v3-ActCode: AMB, EMER, IMP, VR ...' }),
    periodStart: fhirDate.nullish(),
    periodEnd: fhirDate.nullish(),
    serviceProviderId: id.nullish(),
    siteId: id.nullish(),
    attendingId: id.nullish(),
    dischargeDisposition: code.nullish(),
    reasonCode: code.nullish(),
    reasonSystem: uri.nullish(),
    partOfId: id.nullish(),
    ...fieldsOfVisit,
  },
  rules: [
    together('code', 'codeSystem'),
    together('reasonCode', 'reasonSystem'),
    inOrder('periodStart', 'periodEnd'),
  ],
};
