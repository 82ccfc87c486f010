import type pg from 'pg';
import { addFile } from './add-file.ts';

type Row = Readonly<Record<string, unknown>>;

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';

/** A row of each list, with the fields that are odd to keep; a document lacks its file. */
export const RECORD_EXAMPLES: Readonly<Record<string, Row>> = {
  diagnoses: {
    code: 'E11.9',
    codeSystem: ICD,
    codeDisplay: 'Type 2 diabetes',
    clinicalStatus: 'active',
    onsetAt: '2019-05',
    note: 'told by the wife',
  },
  medications: {
    code: '860975',
    codeSystem: 'http://www.nlm.nih.gov/research/umls/rxnorm',
    kind: 'ORDER',
    status: 'active',
    intent: 'order',
    doseText: 'one, with supper',
    doseValue: '500.5',
    doseUnit: 'mg',
    authoredOn: '2024-02-29',
    frequency: 2,
    periodValue: '1',
    periodUnit: 'd',
  },
  allergies: {
    code: '91936005',
    codeSystem: SNOMED,
    clinicalStatus: 'active',
    criticality: 'high',
    categories: ['medication'],
    reactions: [{ manifestation: [{ system: SNOMED, code: '39579001' }], severity: 'severe' }],
  },
  immunizations: {
    code: '140',
    codeSystem: 'http://hl7.org/fhir/sid/cvx',
    status: 'completed',
    occurrenceAt: '2023-10-01',
    lotNumber: 'A-1',
    doseQuantity: '0.5',
    doseUnit: 'mL',
  },
  procedures: {
    code: '80146002',
    codeSystem: SNOMED,
    status: 'completed',
    performedStart: '2010',
    complicationCodes: ['12345'],
  },
  'vital-signs': {
    code: '8480-6',
    codeSystem: LOINC,
    status: 'final',
    effectiveAt: '2026-01-02T03:04:05Z',
    value: '120.0',
    unit: 'mmHg',
    ucumCode: 'mm[Hg]',
  },
  'family-history': {
    status: 'completed',
    relationshipCode: 'MTH',
    code: '44054006',
    codeSystem: SNOMED,
    onsetAgeYears: '52',
    isDeceased: false,
  },
  results: {
    code: '4548-4',
    codeSystem: LOINC,
    status: 'final',
    effectiveAt: '2026-01-02',
    value: '7.00',
    unit: '%',
    ucumCode: '%',
    rangeLow: '4',
    rangeHigh: '5.6',
    interpretationCodes: ['H'],
  },
  encounters: {
    status: 'finished',
    classCode: 'AMB',
    periodStart: '2026-01-02T09:00:00Z',
    periodEnd: '2026-01-02T09:30:00Z',
  },
  documents: {
    code: '18842-5',
    codeSystem: LOINC,
    type: 'DISCHARGE_SUMMARY',
    typeLoinc: '18842-5',
    title: 'Discharge from the ward',
    status: 'current',
    docStatus: 'final',
    authoredAt: '2026-01',
    pageCount: 3,
    language: 'en-US',
  },
};

/** The row of a list as whoever has this token may add it to the patient's record. */
export async function exampleOf(
  owner: pg.Client,
  list: string,
  patientId: string,
  token: string | undefined,
): Promise<Row> {
  const example = RECORD_EXAMPLES[list] ?? {};
  if (list !== 'documents') return example;
  return { ...example, secureFileId: await addFile(owner, patientId, token) };
}
