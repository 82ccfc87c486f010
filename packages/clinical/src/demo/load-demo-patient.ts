import { readFile } from 'node:fs/promises';
import type { Actor } from '@holovitals/database';
import { InternalError } from '@holovitals/errors';
import type { ClinicalContext } from '../context.ts';
import { createPatient } from '../patients/create-patient.ts';
import type { createPatientSchema } from '../patients/patient.schema.ts';
import { searchPatients } from '../patients/search-patients.ts';
import { addRecord } from '../records/add-record.ts';
import { listRecords } from '../records/list-records.ts';
import type { RecordKind } from '../records/record-kind.ts';
import { recordKinds } from '../records/record-kinds.ts';
import type { z } from 'zod';

interface DemoRow {
  readonly list: string;
  /** Name by which later rows refer to this one. */
  readonly key?: string;
  readonly encounter?: string;
  readonly panel?: string;
  readonly row: Readonly<Record<string, unknown>>;
}

interface DemoPatient {
  readonly patient: z.input<typeof createPatientSchema> & { readonly mrn: string };
  readonly rows: readonly DemoRow[];
}

const FILE = new URL('../../demo/patient.json', import.meta.url);
const MOST_ROWS = 200;

/**
 * Registers the demo patient and the rows of the record, as whoever would: through the use cases.
 * What is there already is left alone, so that it can be run again after it was cut off. Answers the
 * patient's id.
 */
export async function loadDemoPatient(context: ClinicalContext, actor: Actor): Promise<string> {
  const demo = JSON.parse(await readFile(FILE, 'utf8')) as DemoPatient;
  const found = await searchPatients(context, actor, { mrn: demo.patient.mrn });
  const patientId = found.items[0]?.id ?? (await createPatient(context, actor, demo.patient)).id;
  if (patientId === undefined) throw new InternalError('A patient was made without an id.');
  const there =
    found.items.length === 0
      ? new Map<string, string>()
      : await findLoaded(context, actor, patientId);
  const ids = new Map<string, string>();
  for (const { list, key, encounter, panel, row } of demo.rows) {
    const input = {
      ...row,
      ...(encounter !== undefined && { encounterId: ids.get(encounter) }),
      ...(panel !== undefined && { panelId: ids.get(panel) }),
    };
    const id =
      there.get(identityOf(list, input)) ??
      String((await addRecord(context, actor, kindOf(list), patientId, input))['id']);
    if (key !== undefined) ids.set(key, id);
  }
  return patientId;
}

/** Ids of the rows that an earlier run has added, by what tells them apart. */
async function findLoaded(context: ClinicalContext, actor: Actor, patientId: string) {
  const there = new Map<string, string>();
  for (const kind of recordKinds) {
    const query = { limit: MOST_ROWS, history: true };
    const { items } = await listRecords(context, actor, kind, patientId, query);
    for (const row of items) there.set(identityOf(kind.list, row), String(row['id']));
  }
  return there;
}

function identityOf(list: string, row: Readonly<Record<string, unknown>>): string {
  const recordedAt = new Date(String(row['recordedAt'])).getTime();
  return JSON.stringify([list, row['code'], recordedAt, row['encounterId'] ?? null]);
}

function kindOf(list: string): RecordKind {
  const kind = recordKinds.find((each) => each.list === list);
  if (kind === undefined) throw new InternalError(`The demo patient has a list ${list}.`);
  return kind;
}
