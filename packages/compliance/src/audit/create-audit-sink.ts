import {
  rowAsJson,
  type Actor,
  type AuditEvent,
  type AuditSink,
  type Transaction,
  type VersionedKey,
} from '@holovitals/database';
import { makeAuditRow } from './make-audit-row.ts';

/** Where the audit key comes from. */
export interface AuditKeySource {
  auditKey(): Promise<VersionedKey>;
}

/**
 * Makes the sink that writes audit rows: all of an act in one statement, in the act's transaction,
 * each with a keyed hash of its content (45 CFR 164.312(b), (c)(1)).
 *
 * @example
 * const audit = createAuditSink(db.$codec);
 */
export function createAuditSink(
  keys: AuditKeySource,
  clock: () => Date = () => new Date(),
): AuditSink {
  const write = async (tx: Transaction, actor: Actor, events: readonly AuditEvent[]) => {
    if (events.length === 0) return;
    const key = await keys.auditKey();
    const timestamp = clock();
    await tx.auditLog.createMany({
      data: events.map((event) => makeAuditRow(key, actor, event, timestamp)),
    });
  };
  const call: AuditSink['call'] = async (
    db,
    actor,
    { routine, patientId, options = {}, event },
  ) => {
    const row = makeAuditRow(await keys.auditKey(), actor, { ...event, patientId }, clock());
    const [called] = await db.$statement<{ answer: unknown }>(
      'select audited_call($1, $2, $3, $4, $5) as answer',
      [actor, routine, patientId, options, rowAsJson('AuditLog', row)],
    );
    return called?.answer ?? null;
  };
  return Object.assign(write, { call });
}
