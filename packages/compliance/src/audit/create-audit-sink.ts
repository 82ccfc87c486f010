import { randomInt } from 'node:crypto';
import { isIPv6 } from 'node:net';
import {
  rowAsJson,
  type Actor,
  type AuditEvent,
  type AuditSink,
  type Transaction,
  type VersionedKey,
} from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import { hashAuditRow } from './audit-hash.ts';

/** Writers spread over as many shards, so that a sealer can close each alone. */
const SHARDS = 16;
const USER_AGENT_LIMIT = 512;

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
      data: events.map((event) => auditRow(key, actor, event, timestamp)),
    });
  };
  const call: AuditSink['call'] = async (
    db,
    actor,
    { routine, patientId, options = {}, event },
  ) => {
    const row = auditRow(await keys.auditKey(), actor, { ...event, patientId }, clock());
    const [called] = await db.$statement<{ answer: unknown }>(
      'select audited_call($1, $2, $3, $4, $5) as answer',
      [actor, routine, patientId, options, rowAsJson('AuditLog', row)],
    );
    return called?.answer ?? null;
  };
  return Object.assign(write, { call });
}

function auditRow(key: VersionedKey, actor: Actor, event: AuditEvent, timestamp: Date) {
  const content = {
    id: uuidV7(),
    timestamp,
    eventType: event.eventType,
    action: event.action,
    outcome: event.outcome,
    userId: event.userId ?? actor.userId,
    actorRole: event.actorRole ?? actor.role,
    onBehalfOfId: event.onBehalfOfId ?? null,
    sessionId: actor.sessionId,
    apiKeyId: actor.apiKeyId,
    agentSystem: actor.agentSystem,
    source: actor.source,
    organizationId: actor.organizationId,
    patientId: event.patientId ?? null,
    resourceType: event.resourceType ?? null,
    resourceId: event.resourceId ?? null,
    resourceVersion: event.resourceVersion ?? null,
    previousVersion: event.previousVersion ?? null,
    purposeOfUse: actor.purposeOfUse,
    reason: event.reason ?? null,
    recordCount: event.recordCount ?? null,
    queryHash: event.queryHash === undefined ? null : new Uint8Array(event.queryHash),
    ip: canonicalAddress(actor.ip),
    userAgent: actor.userAgent?.slice(0, USER_AGENT_LIMIT) ?? null,
    requestId: actor.requestId,
    emergencyAccessId: event.emergencyAccessId ?? null,
    changedFields: [...(event.changedFields ?? [])],
    keyVersion: key.version,
  };
  return { ...content, shard: randomInt(SHARDS), hash: hashAuditRow(key.key, content) };
}

/** An address as PostgreSQL prints it, so that the hash of what is read is that of what was written. */
function canonicalAddress(address: string | null): string | null {
  const bare = address?.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '') ?? null;
  if (bare === null || !isIPv6(bare)) return bare;
  return new URL(`http://[${bare}]`).hostname.slice(1, -1);
}
