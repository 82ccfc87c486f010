import { randomInt } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Actor, AuditEvent, VersionedKey } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import { hashAuditRow } from './audit-hash.ts';

/** Writers spread over as many shards, so that a sealer can close each alone. */
const SHARDS = 16;
const USER_AGENT_LIMIT = 512;

/** The row that an event leaves in the audit trail, with the keyed hash of its content. */
export function makeAuditRow(key: VersionedKey, actor: Actor, event: AuditEvent, timestamp: Date) {
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
    emergencyAccessId: event.emergencyAccessId ?? actor.emergencyAccessId,
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
