import type { Actor, Transaction } from '@holovitals/database';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { actRefused, inputInvalid, recordClosed, recordMissing } from '../errors.ts';
import { assertWritable, inChart, type Chart } from '../patients/chart.ts';
import { selectionOf } from '../resources/resource-codec.ts';
import { checkRecord } from './check-record.ts';
import type { RecordKind } from './record-kind.ts';
import { shownRecord, writtenRow, type RecordResource } from './record-resource.ts';
import { correctionSchemaOf, fieldNamesOf, reasonSchema } from './record-schemas.ts';
import { findRecord, insertRecord, lockRecord, markInError } from './record.store.ts';

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
  const { patientId } = place;
  const event = { eventType: 'PHI_UPDATE', action: 'U', resourceType: kind.model } as const;
  return await inChart(context, actor, patientId, event, async (tx, chart) => {
    const before = await openForChange(tx, kind, chart, place);
    const kept = Object.fromEntries(
      Object.keys(kind.fields).flatMap((name) =>
        name === 'source' || isEmpty(before[name]) ? [] : [[name, before[name]]],
      ),
    );
    const { input, row } = await checkRecord(kind, {
      ...kept,
      ...kind.corrected?.(before),
      ...changes,
    });
    const { source } = await assertWritable(tx, chart, `correct a ${kind.noun}`, writtenRow(input));
    const previousVersion = Number(before['version']);
    const data = {
      ...row,
      source,
      patientId: before['patientId'],
      enteredById: actor.userId,
      supersedesId: place.recordId,
      version: previousVersion + 1,
    };
    const added = await insertRecord(tx, kind, data, selectionOf(kind.model, fieldNamesOf(kind)));
    await context.audit(tx, actor, [
      {
        ...event,
        outcome: 'SUCCESS',
        patientId,
        resourceId: added.id,
        resourceVersion: previousVersion + 1,
        previousVersion,
        changedFields: Object.keys(changes),
        reason: String(reason),
      },
    ]);
    return shownRecord(kind, added);
  });
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
  const { patientId, recordId } = place;
  const event = { eventType: 'PHI_UPDATE', action: 'U', resourceType: kind.model } as const;
  await inChart(context, actor, patientId, event, async (tx, chart) => {
    const before = await openForChange(tx, kind, chart, place);
    const previousVersion = Number(before['version']);
    await markInError(tx, kind, recordId, previousVersion + 1, context.clock());
    await context.audit(tx, actor, [
      {
        ...event,
        outcome: 'SUCCESS',
        patientId,
        resourceId: recordId,
        resourceVersion: previousVersion + 1,
        previousVersion,
        changedFields: ['enteredInErrorAt'],
        reason: parsed.data.reason,
      },
    ]);
  });
}

/** Locks the current version of a row that the caller may change, and shows it. */
async function openForChange(
  tx: Transaction,
  kind: RecordKind,
  chart: Chart,
  { recordId }: RecordPlace,
): Promise<RecordResource> {
  const isLocked = await lockRecord(tx, kind, recordId);
  const found = await findRecord(tx, kind, chart, recordId, selectionOf(kind.model));
  if (found === null) throw recordMissing(kind.noun);
  if (!isLocked) throw actRefused(`change this ${kind.noun}`);
  const { supersededBy, enteredInErrorAt } = found;
  if (enteredInErrorAt !== null) throw recordClosed(kind.noun, 'It was entered in error.');
  if (isSuperseded(supersededBy)) {
    throw recordClosed(kind.noun, `It was corrected by ${supersededBy.id}.`);
  }
  return shownRecord(kind, found);
}

function isSuperseded(value: unknown): value is { readonly id: string } {
  return typeof value === 'object' && value !== null;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null;
}
