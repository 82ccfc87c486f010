import type { Actor } from '@holovitals/database';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { inputInvalid } from '../errors.ts';
import { actAudited, lookAhead, type JsonRow } from '../patients/act-audited.ts';
import { checkRecord } from './check-record.ts';
import type { RecordKind } from './record-kind.ts';
import { shownRow, type RecordResource } from './record-resource.ts';
import { correctionSchemaOf, reasonSchema } from './record-schemas.ts';
import { insertRecord, routineOf } from './record.store.ts';

/** Which row of which record. */
export interface RecordPlace {
  readonly patientId: string;
  readonly recordId: string;
}

/**
 * Corrects a row: another one with the changes supersedes it, and it stays as it was.
 *
 * @throws CodedError `CLINICAL.RECORD_MISSING`, `CLINICAL.RECORD_CLOSED`, and those of `addRecord`
 */
export async function correctRecord(
  context: ClinicalContext,
  actor: Actor,
  kind: RecordKind,
  place: RecordPlace,
  given: unknown,
): Promise<RecordResource> {
  const parsed = correctionSchemaOf(kind).safeParse(given);
  if (!parsed.success) throw inputInvalid(`correction of ${kind.list}`, parsed.error);
  const { reason, ...changes } = parsed.data;
  const before = await openForChange(context, actor, kind, place, `correct a ${kind.noun}`);
  const kept = Object.fromEntries(
    Object.keys(kind.fields).flatMap((name) =>
      name === 'source' || isEmpty(before[name]) ? [] : [[name, before[name]]],
    ),
  );
  const row = await checkRecord(kind, { ...kept, ...kind.corrected?.(before), ...changes });
  const previousVersion = Number(before['version']);
  const resourceVersion = previousVersion + 1;
  const added = await insertRecord(context, actor, kind, {
    patientId: place.patientId,
    row,
    corrects: place.recordId,
    event: {
      ...changeOf(kind),
      ...{ previousVersion, resourceVersion },
      changedFields: Object.keys(changes),
      reason: String(reason),
    },
    act: `correct a ${kind.noun}`,
  });
  return await shownRow(context.db.$codec, kind, added);
}

/** Input of `enterInError`. */
export const enterInErrorSchema = z.strictObject({ reason: reasonSchema });

/**
 * Says of a row that it was entered in error: it leaves the lists, and stays in their history.
 *
 * @throws CodedError `CLINICAL.RECORD_MISSING`, `CLINICAL.RECORD_CLOSED`, `CLINICAL.ACT_REFUSED`,
 *   `CLINICAL.PATIENT_MISSING`, `CLINICAL.INPUT_INVALID`
 */
export async function enterInError(
  context: ClinicalContext,
  actor: Actor,
  kind: RecordKind,
  place: RecordPlace,
  given: z.input<typeof enterInErrorSchema>,
): Promise<void> {
  const parsed = enterInErrorSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('enterInError', parsed.error);
  const act = `change this ${kind.noun}`;
  const before = await openForChange(context, actor, kind, place, act);
  const previousVersion = Number(before['version']);
  await actAudited(context, actor, place.patientId, {
    routine: routineOf(kind, 'enter_in_error'),
    options: { record: place.recordId, at: context.clock() },
    event: {
      ...changeOf(kind),
      resourceId: place.recordId,
      resourceVersion: previousVersion + 1,
      previousVersion,
      changedFields: ['enteredInErrorAt'],
      reason: parsed.data.reason,
    },
    noun: kind.noun,
    act,
  });
}

function changeOf({ model }: RecordKind) {
  return { eventType: 'PHI_UPDATE', action: 'U', resourceType: model } as const;
}

/** The current version of a row that the caller is about to change; what follows locks it. */
async function openForChange(
  context: ClinicalContext,
  actor: Actor,
  kind: RecordKind,
  { patientId, recordId }: RecordPlace,
  act: string,
): Promise<RecordResource> {
  const row = (await lookAhead(context, actor, patientId, {
    routine: routineOf(kind, 'open'),
    options: { record: recordId },
    event: changeOf(kind),
    noun: kind.noun,
    act,
  })) as JsonRow;
  return await shownRow(context.db.$codec, kind, row);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null;
}
