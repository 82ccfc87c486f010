import { Confidentiality, RecordSource } from '@holovitals/database';
import { z } from 'zod';
import { code, codes, id, instant, text, uri } from '../resources/fields.ts';

/** What every row of the record has beside its own fields. */
export const fieldsOfVisit = {
  /** Where it came from; `PATIENT_ENTERED` or `CLINICIAN_ENTERED` unless told. */
  source: z.enum(RecordSource).optional(),
  /** When it was first recorded at its source; now unless told. */
  recordedAt: instant.optional(),
  /** Practitioner who recorded it. */
  recorderId: id.nullish(),
  confidentiality: z.enum(Confidentiality).optional(),
  /** Sensitivity labels of HL7 v3-ActCode: 42CFRPart2, ETH, PSYTHPN, HIV, SEX, SDV. */
  securityLabels: codes.optional(),
  note: text(10_000).nullish(),
};

/** The same, for all rows but visits: they belong to one. */
export const commonFields = {
  /** One of the same patient. */
  encounterId: id.nullish(),
  ...fieldsOfVisit,
};

/** A code that a row must have. */
export const codedFields = {
  code,
  codeSystem: uri,
  codeDisplay: text(500).nullish(),
};

/** A code that a row may have; then with its system. */
export const optionallyCodedFields = {
  code: code.nullish(),
  codeSystem: uri.nullish(),
  codeDisplay: text(500).nullish(),
};

/** The code systems that are known by name (`CodeSystemName`), by their URIs (FHIR R4, 4.3.0). */
const SYSTEM_NAMES: ReadonlyMap<string, string> = new Map([
  ['http://loinc.org', 'LOINC'],
  ['http://snomed.info/sct', 'SNOMED_CT'],
  ['http://www.nlm.nih.gov/research/umls/rxnorm', 'RXNORM'],
  ['http://hl7.org/fhir/sid/icd-10-cm', 'ICD10_CM'],
  ['http://www.cms.gov/Medicare/Coding/ICD10', 'ICD10_PCS'],
  ['http://hl7.org/fhir/sid/icd-9-cm', 'ICD9_CM'],
  ['http://www.ama-assn.org/go/cpt', 'CPT'],
  ['https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets', 'HCPCS'],
  ['http://hl7.org/fhir/sid/cvx', 'CVX'],
  ['http://hl7.org/fhir/sid/ndc', 'NDC'],
  ['urn:oid:2.16.840.1.113883.6.238', 'CDCREC'],
  ['http://unitsofmeasure.org', 'UCUM'],
]);

/** The code under the name of its system; both null where the system is not known by name. */
export function normalised(system: unknown, value: unknown) {
  const name = typeof system === 'string' ? SYSTEM_NAMES.get(system) : undefined;
  return name === undefined || typeof value !== 'string'
    ? { normalizedSystem: null, normalizedCode: null }
    : { normalizedSystem: name, normalizedCode: value };
}
