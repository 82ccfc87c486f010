import { callAs, withActor, type Actor, type AuditEvent } from '@holovitals/database';
import type { ClinicalContext } from '../context.ts';
import {
  actRefused,
  patientMerged,
  patientMissing,
  recordClosed,
  recordMissing,
} from '../errors.ts';

/** A row that a SQL function built as JSON, by its columns. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** What a read is in the audit trail. */
export const PHI_READ = { eventType: 'PHI_READ', action: 'R' } as const;

/** What somebody does with one patient's record through a SQL function of `sql/`. */
export interface ChartAct {
  /** Name of the SQL function. */
  readonly routine: string;
  readonly options?: JsonRow;
  readonly event: Omit<AuditEvent, 'outcome' | 'patientId'>;
  /** One row of the list in words: "diagnosis". */
  readonly noun?: string;
  /** The act in words, for who may not: "add a diagnosis". */
  readonly act?: string;
}

/**
 * Acts on one patient's record through a SQL function, with its audit row, in one round trip; a
 * refused attempt is kept in the trail.
 *
 * @throws CodedError `CLINICAL.PATIENT_MISSING`, `CLINICAL.RECORD_MISSING`, `CLINICAL.ACT_REFUSED`,
 *   `CLINICAL.RECORD_CLOSED`, `CLINICAL.PATIENT_MERGED`
 */
export async function actAudited(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
  act: ChartAct,
): Promise<unknown> {
  const { db, audit } = context;
  const { routine, options = {}, event } = act;
  const call = { routine, patientId, options, event: { ...event, outcome: 'SUCCESS' } } as const;
  return await orRefusal(context, actor, patientId, act, await audit.call(db, actor, call));
}

/**
 * The same without an audit row of success: a look at what an act is to change, which the act's own
 * row tells. What it answers is not shown to anybody.
 */
export async function lookAhead(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
  act: ChartAct,
): Promise<unknown> {
  const { routine, options = {} } = act;
  const answer = await callAs(context.db, actor, { routine, subject: patientId, options });
  return await orRefusal(context, actor, patientId, act, answer);
}

/** The answer of the SQL function, or the refusal it names, which the trail keeps. */
async function orRefusal(
  { db, audit }: ClinicalContext,
  actor: Actor,
  patientId: string,
  act: ChartAct,
  answer: unknown,
): Promise<unknown> {
  if (answer !== null && typeof answer !== 'string') return answer;
  const error = refusal(answer, act);
  if (KEPT.includes(error.code)) {
    const { eventType, action, resourceType } = act.event;
    const attempt = { eventType, action, outcome: 'MINOR_FAILURE', patientId } as const;
    await withActor(db, actor, (tx) =>
      audit(tx, actor, [{ ...attempt, ...(resourceType && { resourceType }) }]),
    );
  }
  throw error;
}

/** Refusals that may be of who has no business here; the others are of who may read the record. */
const KEPT = ['CLINICAL.PATIENT_MISSING', 'CLINICAL.RECORD_MISSING', 'CLINICAL.ACT_REFUSED'];

/** The reason that a SQL function gave, as the error that callers see. */
function refusal(answer: string | null, { noun = 'row', act = 'do this' }: ChartAct) {
  if (answer === null) return patientMissing();
  const [reason, id = ''] = answer.split(' ');
  if (reason === 'RECORD_MISSING') return recordMissing(noun);
  if (reason === 'PATIENT_MERGED') return patientMerged(id);
  if (reason !== 'RECORD_CLOSED') return actRefused(act);
  const why = id === '' ? 'It was entered in error.' : `It was corrected by ${id}.`;
  return recordClosed(noun, why);
}
