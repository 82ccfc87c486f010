import { Confidentiality } from '@holovitals/database';
import { z } from 'zod';
import { code, codes, day, fhirDate, id, language, text } from '../resources/fields.ts';
import { parseFhirDate } from '../resources/fhir-date.ts';

/** A date of birth: a day, or as much of it as is known. */
const birthDate = z
  .string()
  .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/)
  .refine((value) => parseFhirDate(value) !== null, { message: 'not a date' });

/** FHIR ContactPoint. */
const contactPoint = z.strictObject({
  system: z.enum(['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other']),
  value: text(254),
  use: z.enum(['home', 'work', 'temp', 'old', 'mobile']).optional(),
});

/** FHIR Address. */
const address = z.strictObject({
  use: z.enum(['home', 'work', 'temp', 'old', 'billing']).optional(),
  line: z.array(text(200)).max(4).optional(),
  city: text(100).optional(),
  /** Subdivision; in the United States the two letters of the State. */
  state: text(100).optional(),
  postalCode: text(20).optional(),
  /** ISO 3166-1, two letters. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
});

/** FHIR HumanName beside the usual one. */
const otherName = z.strictObject({
  use: z.enum(['usual', 'official', 'temp', 'nickname', 'anonymous', 'old', 'maiden']),
  family: text(200).optional(),
  given: text(200).optional(),
  prefix: text(50).optional(),
  suffix: text(50).optional(),
});

/** What is known of a person: FHIR Patient, US Core. */
const personFields = {
  family: text(200).nullish(),
  given: text(200).nullish(),
  otherNames: z.array(otherName).max(20).optional(),
  birthDate: birthDate.nullish(),
  gender: z.enum(['male', 'female', 'other', 'unknown']).optional(),
  birthSex: z.enum(['M', 'F', 'ASKU', 'OTH', 'UNK']).nullish(),
  genderIdentityCode: code.nullish(),
  raceCodes: codes.optional(),
  ethnicityCodes: codes.optional(),
  tribalAffiliation: code.nullish(),
  language: language.nullish(),
  interpreterNeeded: z.boolean().optional(),
  telecom: z.array(contactPoint).max(20).optional(),
  address: z.array(address).max(10).optional(),
  maritalStatusCode: code.nullish(),
  generalPractitionerId: id.nullish(),
  deceasedAt: fhirDate.nullish(),
  isDeceased: z.boolean().optional(),
};

/** What the organisation that keeps the chart decides. */
const chartFields = {
  /** Medical record number of the organisation. */
  mrn: text(50).nullish(),
  /** Social security number; it is searched for and never shown. */
  ssn: z
    .string()
    .regex(/^\d{3}-?\d{2}-?\d{4}$/)
    .nullish(),
  confidentiality: z.enum(Confidentiality).optional(),
};

/** Input of `createPatient`. */
export const createPatientSchema = z
  .strictObject({
    ...personFields,
    ...chartFields,
    /** The caller's own record, which no organisation keeps. */
    own: z.boolean().default(false),
  })
  .refine(({ family, given }) => (family ?? given ?? null) !== null, {
    message: 'a patient has a name',
    path: ['family'],
  });

/** Input of `updatePatient`: what changes; null empties a field. */
export const updatePatientSchema = z.strictObject({
  ...personFields,
  ...chartFields,
  active: z.boolean().optional(),
});

/** A patient as callers see it. */
export const patientSchema = z
  .object({
    id,
    organizationId: id.nullable(),
    mrn: z.string().nullable(),
    family: z.string().nullable(),
    given: z.string().nullable(),
    otherNames: z.array(otherName),
    birthDate: z.string().nullable(),
    gender: z.enum(['male', 'female', 'other', 'unknown']),
    birthSex: z.string().nullable(),
    genderIdentityCode: z.string().nullable(),
    raceCodes: z.array(z.string()),
    ethnicityCodes: z.array(z.string()),
    tribalAffiliation: z.string().nullable(),
    language: z.string().nullable(),
    interpreterNeeded: z.boolean(),
    telecom: z.array(contactPoint),
    address: z.array(address),
    maritalStatusCode: z.string().nullable(),
    generalPractitionerId: id.nullable(),
    deceasedAt: z.string().nullable(),
    isDeceased: z.boolean(),
    /** First day of majority. */
    majorityOn: day.nullable(),
    confidentiality: z.enum(Confidentiality),
    active: z.boolean(),
    /** The record that replaced this one when the two were merged. */
    mergedIntoId: id.nullable(),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Patient' });

/** A patient, or the fields of it that were asked for. */
export type PatientResource = Partial<z.infer<typeof patientSchema>>;
