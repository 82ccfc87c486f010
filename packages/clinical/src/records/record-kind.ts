import type { z } from 'zod';

/** A rule over several fields of a row, as FHIR names it: `con-4`. */
export interface RecordRule {
  readonly name: string;
  /** What the rule asks for. */
  readonly says: string;
  /** The fields it reads. */
  readonly fields: readonly string[];
  readonly holds: (input: Readonly<Record<string, unknown>>) => boolean;
}

/** One kind of row of the record: a list of the patient's chart. */
export interface RecordKind {
  /** Name of the list, in addresses: `family-history`. */
  readonly list: string;
  readonly model: RecordModel;
  /** One row in words: "diagnosis". */
  readonly noun: string;
  /** Fields of the resource that callers give. */
  readonly fields: z.ZodRawShape;
  readonly rules: readonly RecordRule[];
  /** The field by which the list is ordered, newest first; never null. */
  readonly orderedBy: 'recordedAt' | 'occurrenceAt' | 'effectiveAt';
  /** Fields of the row that follow from others. */
  readonly derive?: (input: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  /** Fields of the resource that a correction changes where the caller does not. */
  readonly corrected?: (before: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  /** What the rows of the list have in common. */
  readonly where?: Readonly<Record<string, unknown>>;
}

/** The models that hold rows of the record. */
export type RecordModel =
  | 'PatientDiagnosis'
  | 'PatientMedication'
  | 'PatientAllergy'
  | 'PatientImmunization'
  | 'PatientProcedure'
  | 'PatientVitalSign'
  | 'PatientFamilyHistory'
  | 'PatientObservation'
  | 'Encounter'
  | 'Document';

/** A rule that two fields, codes or dates, stand or fall together. */
export function together(first: string, second: string): RecordRule {
  return {
    name: `${first}-with-${second}`,
    says: `${first} and ${second} come together`,
    fields: [first, second],
    holds: (input) => isGiven(input[first]) === isGiven(input[second]),
  };
}

/** A rule that a later instant is not before an earlier one; partial dates are compared by their start. */
export function inOrder(earlier: string, later: string): RecordRule {
  return {
    name: `${earlier}-before-${later}`,
    says: `${earlier} is not after ${later}`,
    fields: [earlier, later],
    holds: ({ [earlier]: from, [later]: to }) =>
      !isGiven(from) || !isGiven(to) || Date.parse(String(from)) <= Date.parse(String(to)),
  };
}

/** Whether a field has a value. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
