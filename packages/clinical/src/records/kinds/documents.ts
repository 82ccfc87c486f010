import { DocumentType } from '@holovitals/database';
import { z } from 'zod';
import { fhirDate, id, language, text } from '../../resources/fields.ts';
import { commonFields, optionallyCodedFields } from '../common-fields.ts';
import { isGiven, together, type RecordKind } from '../record-kind.ts';

const LOINC = 'http://loinc.org';

/** Documents and what is known of them: FHIR DocumentReference. The bytes are a file of the record. */
export const documents: RecordKind = {
  list: 'documents',
  model: 'Document',
  noun: 'document',
  orderedBy: 'recordedAt',
  fields: {
    ...optionallyCodedFields,
    type: z.enum(DocumentType),
    typeLoinc: z
      .string()
      .regex(/^\d{1,7}-\d$/)
      .nullish(),
    title: text(500).nullish(),
    status: z.enum(['current', 'superseded']).optional(),
    docStatus: z.enum(['preliminary', 'final', 'amended']).nullish(),
    authorId: id.nullish(),
    authoredAt: fhirDate.nullish(),
    custodianId: id.nullish(),
    secureFileId: id.meta({
      description: 'A file of the same patient that the caller may see, and that is not held back.',
    }),
    pageCount: z.int().min(0).max(100_000).nullish(),
    language: language.nullish(),
    relatesToId: id.nullish(),
    relatesToCode: z.enum(['replaces', 'transforms', 'signs', 'appends']).nullish(),
    ...commonFields,
  },
  rules: [
    together('code', 'codeSystem'),
    together('relatesToId', 'relatesToCode'),
    {
      name: 'one-loinc-type',
      says: 'a code of LOINC and typeLoinc are the same',
      fields: ['code', 'codeSystem', 'typeLoinc'],
      holds: ({ code, codeSystem, typeLoinc }) =>
        codeSystem !== LOINC || !isGiven(typeLoinc) || code === typeLoinc,
    },
    {
      // The label is what the access policy reads.
      name: 'psychotherapy-notes-labelled',
      says: 'psychotherapy notes carry the label PSYTHPN',
      fields: ['type', 'securityLabels'],
      holds: ({ type, securityLabels }) =>
        type !== 'PSYCHOTHERAPY_NOTE' ||
        (Array.isArray(securityLabels) && securityLabels.includes('PSYTHPN')),
    },
  ],
};
