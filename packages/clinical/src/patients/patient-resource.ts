import {
  jsonReader,
  selectionOf,
  toResource,
  toRow,
  type JsonReader,
} from '../resources/resource-codec.ts';
import { parseFhirDate } from '../resources/fhir-date.ts';
import { patientSchema, type PatientResource } from './patient.schema.ts';

/** Fields that are kept as JSON inside a ciphertext. */
const JSON_FIELDS = ['otherNames', 'telecom', 'address'] as const;
const FIELDS = Object.keys(patientSchema.shape);

/** What to read of the row to show it. */
export function patientSelection(): Record<string, true> {
  return selectionOf('Patient', FIELDS);
}

/** Names of the fields of a patient. */
export const patientFieldNames: readonly string[] = FIELDS;

/** Shows a patient's row, or as much of it as was read. */
export function shownPatient(row: Readonly<Record<string, unknown>>): PatientResource {
  const resource = withLists(toResource('Patient', row));
  return Object.fromEntries(
    FIELDS.flatMap((name) => (name in resource ? [[name, resource[name]]] : [])),
  );
}

let read: JsonReader | undefined;

/** Shows a patient's row that a SQL function built as JSON by its columns. */
export function shownPatientJson(json: Readonly<Record<string, unknown>>): PatientResource {
  read ??= jsonReader('Patient', FIELDS);
  return withLists(read(json));
}

function withLists(resource: Record<string, unknown>): Record<string, unknown> {
  for (const name of JSON_FIELDS) {
    const json = resource[name] as string | null | undefined;
    if (json !== undefined) resource[name] = JSON.parse(json ?? '[]');
  }
  return resource;
}

/** Turns checked input into fields of the row. */
export function patientRow(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const row = toRow('Patient', input);
  for (const name of JSON_FIELDS) {
    const list = input[name] as unknown[] | undefined;
    if (list !== undefined)
      row[`${name}Ciphertext`] = list.length === 0 ? null : JSON.stringify(list);
  }
  return row;
}

/** Years of majority where they are not 18: Alabama, Nebraska, Mississippi, Puerto Rico. */
const MAJORITY: ReadonlyMap<string, number> = new Map([
  ['AL', 19],
  ['NE', 19],
  ['MS', 21],
  ['PR', 21],
]);
const MAJORITY_ELSEWHERE = 18;

/**
 * First day of majority in the patient's State; null while the day of birth is not known. Born on
 * 29 February, it is 1 March of a common year.
 */
export function majorityOf(
  birthDate: string | null | undefined,
  address: PatientResource['address'],
): Date | null {
  const parsed = parseFhirDate(birthDate ?? '');
  if (parsed?.precision !== 'DAY') return null;
  const state = address?.find(({ use }) => use !== 'old')?.state ?? '';
  const day = new Date(parsed.at);
  day.setUTCFullYear(
    day.getUTCFullYear() + (MAJORITY.get(state.toUpperCase()) ?? MAJORITY_ELSEWHERE),
  );
  return day;
}
