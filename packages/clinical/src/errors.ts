import { CodedError } from '@holovitals/errors';
import type { z } from 'zod';
import type { RecordRule } from './records/record-kind.ts';

/** The text of a search holds no letter and no digit. */
export function searchEmpty(): CodedError {
  return new CodedError({
    code: 'CLINICAL.SEARCH_EMPTY',
    kind: 'invalid',
    message: 'There is nothing to search for.',
    why: 'The text holds no letter and no digit.',
    fix: 'Send a LOINC number or words of a name, such as `glucose serum`.',
  });
}

/** The input of a use case breaks its schema. Names the places, never the values. */
export function inputInvalid(useCase: string, error: z.ZodError): CodedError {
  const faults = error.issues.map((issue) => ({ place: issue.path.join('.'), rule: issue.code }));
  return new CodedError({
    code: 'CLINICAL.INPUT_INVALID',
    kind: 'invalid',
    message: `The input of ${useCase} is not valid.`,
    why: faults.map(({ place, rule }) => `${place === '' ? 'input' : place}: ${rule}`).join('; '),
    fix: 'Send what the schema of this call asks for.',
    details: { faults },
  });
}

/** A row of the record breaks a rule over several of its fields. */
export function recordInvalid(noun: string, broken: readonly RecordRule[]): CodedError {
  return new CodedError({
    code: 'CLINICAL.RECORD_INVALID',
    kind: 'invalid',
    message: `The ${noun} contradicts itself.`,
    why: broken.map(({ name, says }) => `${name}: ${says}`).join('; '),
    fix: 'Correct the fields that the rules name.',
    details: {
      faults: broken.flatMap(({ name, fields }) => fields.map((place) => ({ place, rule: name }))),
    },
  });
}

/** Nobody may tell a patient who is not there from one who may not be seen. */
export function patientMissing(): CodedError {
  return new CodedError({
    code: 'CLINICAL.PATIENT_MISSING',
    kind: 'missing',
    message: 'There is no such patient, or the record is not open to you.',
    fix: 'Look the patient up by a search, or ask the care team to bring you in.',
  });
}

/** The record is open to the caller, but not for this act. */
export function actRefused(act: string): CodedError {
  return new CodedError({
    code: 'CLINICAL.ACT_REFUSED',
    kind: 'forbidden',
    message: `You may not ${act}.`,
    why: 'It takes a permission, a relationship to the patient, or a fresh proof that you lack.',
    fix: 'Ask who treats the patient; step up at /v1/auth/step-up where the act is sensitive.',
  });
}

/** The patient was merged into another: nothing more is written here. */
export function patientMerged(mergedIntoId: string): CodedError {
  return new CodedError({
    code: 'CLINICAL.PATIENT_MERGED',
    kind: 'conflict',
    message: 'The patient was merged into another.',
    fix: `Write to patient ${mergedIntoId}.`,
    details: { mergedIntoId },
  });
}

/** Somebody changed the patient meanwhile. */
export function versionConflict(): CodedError {
  return new CodedError({
    code: 'CLINICAL.VERSION_CONFLICT',
    kind: 'conflict',
    message: 'The patient was changed meanwhile.',
    why: 'If-Match names another version than the current one.',
    fix: 'Read the patient again and send the change with its ETag.',
  });
}

/** The number belongs to another patient already. */
export function identifierTaken(what: string): CodedError {
  return new CodedError({
    code: 'CLINICAL.IDENTIFIER_TAKEN',
    kind: 'conflict',
    message: `Another patient has this ${what}.`,
    fix: 'Search for the patient by it; merge the two where they are one person.',
  });
}

/** Two records cannot be merged as asked. */
export function mergeRefused(why: string): CodedError {
  return new CodedError({
    code: 'CLINICAL.MERGE_REFUSED',
    kind: 'conflict',
    message: 'The two patients cannot be merged.',
    why,
    fix: 'Choose two active patients of one organisation, the one that stays as `into`.',
  });
}

/** There is no such row in the record, or it may not be seen. */
export function recordMissing(noun: string): CodedError {
  return new CodedError({
    code: 'CLINICAL.RECORD_MISSING',
    kind: 'missing',
    message: `There is no such ${noun} in this record.`,
    fix: 'Look it up in the list.',
  });
}

/** The row is history: corrected by another, or entered in error. */
export function recordClosed(noun: string, why: string): CodedError {
  return new CodedError({
    code: 'CLINICAL.RECORD_CLOSED',
    kind: 'conflict',
    message: `This version of the ${noun} can no longer be changed.`,
    why,
    fix: 'Read the list and correct its current version.',
  });
}

/** A row refers to something that this record does not hold. */
export function referenceMissing(noun: string, field: string): CodedError {
  return new CodedError({
    code: 'CLINICAL.REFERENCE_MISSING',
    kind: 'invalid',
    message: `${field} of the ${noun} leads nowhere.`,
    why: 'There is no such row, it belongs to another patient, or it is not open to you.',
    fix: `Correct ${field}, or leave it out.`,
    details: { field },
  });
}

/** A unit that UCUM does not know. */
export function unitUnknown(field: string): CodedError {
  return new CodedError({
    code: 'CLINICAL.UNIT_UNKNOWN',
    kind: 'invalid',
    message: `${field} is not a unit of UCUM.`,
    fix: 'Send a case-sensitive UCUM code, such as `mg/dL` or `mm[Hg]`.',
    details: { field },
  });
}

/** A cursor that no page gave. */
export function cursorInvalid(): CodedError {
  return new CodedError({
    code: 'CLINICAL.CURSOR_INVALID',
    kind: 'invalid',
    message: '`after` is not the cursor of a page.',
    fix: 'Send the `next` of the page before, or leave it out.',
  });
}

/** Fields that the resource does not have. */
export function fieldsUnknown(names: readonly string[], known: readonly string[]): CodedError {
  const places = names.flatMap((name, n) => (known.includes(name) ? [] : [n + 1]));
  return new CodedError({
    code: 'CLINICAL.FIELDS_UNKNOWN',
    kind: 'invalid',
    message: `The resource lacks fields that are asked for: ${places.join(', ')} of ${names.length}.`,
    fix: `Choose among ${known.join(', ')}.`,
    details: { places },
  });
}

/** A search without a criterion that narrows it. */
export function searchTooShort(): CodedError {
  return new CodedError({
    code: 'CLINICAL.SEARCH_TOO_SHORT',
    kind: 'invalid',
    message: 'There is nothing to search for.',
    why: 'A name, a date of birth, a record number or an identifier is needed.',
    fix: 'Send one of them.',
  });
}

/** The person is related to the patient already, for part of this period. */
export function relationshipOverlaps(): CodedError {
  return new CodedError({
    code: 'CLINICAL.RELATIONSHIP_OVERLAPS',
    kind: 'conflict',
    message: 'The person has a relationship to the patient in this period.',
    fix: 'Revoke it first, or choose another period.',
  });
}

/** The member is in the care team already, in this role, for part of this period. */
export function memberOverlaps(): CodedError {
  return new CodedError({
    code: 'CLINICAL.MEMBER_OVERLAPS',
    kind: 'conflict',
    message: 'The care team has this member in this role and period.',
    fix: 'End the membership first, or choose another period.',
  });
}

/** The patient has an account, or the account has a record. */
export function accountTaken(): CodedError {
  return new CodedError({
    code: 'CLINICAL.ACCOUNT_TAKEN',
    kind: 'conflict',
    message: 'The patient has an account already, or the account a record.',
    fix: 'Merge the two records where they are of one person.',
  });
}

/** A period that ends before it begins. */
export function periodInvalid(): CodedError {
  return new CodedError({
    code: 'CLINICAL.PERIOD_INVALID',
    kind: 'invalid',
    message: 'The period ends before it begins.',
    why: 'validTo is not after validFrom, which is now where it is left out.',
    fix: 'Send a later validTo, or an earlier validFrom.',
  });
}

/** A file is larger than this platform takes. */
export function fileTooLarge(mostBytes: number): CodedError {
  return new CodedError({
    code: 'CLINICAL.FILE_TOO_LARGE',
    kind: 'invalid',
    message: 'The file is too large.',
    why: `It may have ${mostBytes} bytes at most.`,
    fix: 'Send it in parts, or smaller.',
  });
}

/** The connection ended before the file did. */
export function fileCutOff(): CodedError {
  return new CodedError({
    code: 'CLINICAL.FILE_CUT_OFF',
    kind: 'invalid',
    message: 'The file did not come in whole, and nothing of it is kept.',
    fix: 'Send it again.',
  });
}

/** The files of a patient would take more than their quota. */
export function fileQuotaExceeded(): CodedError {
  return new CodedError({
    code: 'CLINICAL.FILE_QUOTA_EXCEEDED',
    kind: 'conflict',
    message: 'There is no room for the file in this record.',
    why: 'The files of the patient would take more bytes than their quota, or their repository is closed.',
    fix: 'Ask who keeps the record to open its repository, or to raise its quota.',
  });
}

/** A file is locked away: an infection was found, or it is destroyed. */
export function fileClosed(why: string): CodedError {
  return new CodedError({
    code: 'CLINICAL.FILE_CLOSED',
    kind: 'conflict',
    message: 'The content of this file is not given out.',
    why,
    fix: 'Ask who brought the file for another copy.',
  });
}

/** The row of a file is there and its bytes are not. */
export function fileBytesMissing(): CodedError {
  return new CodedError({
    code: 'CLINICAL.FILE_BYTES_MISSING',
    kind: 'unavailable',
    message: 'The content of this file is not where it should be.',
    why: 'The folder of the files lacks it, or has less of it than was stored.',
    fix: 'Run `pnpm migrator files verify`, and bring the file back from a copy of the folder.',
  });
}

/** The place where files lie cannot be used. */
export function fileStoreUnavailable(why: string): CodedError {
  return new CodedError({
    code: 'CLINICAL.FILE_STORE_UNAVAILABLE',
    kind: 'unavailable',
    message: 'The folder of the files cannot be used.',
    why,
    fix: 'Set SECURE_FILE_STORAGE_PATH to a folder that the API may write, with room, and that belongs to this database alone.',
  });
}
