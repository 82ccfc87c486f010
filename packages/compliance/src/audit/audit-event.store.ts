import { manifestEnums, Prisma, rowAsJson, type Transaction } from '@holovitals/database';
import type { AuditFilters, AuditTrailEvent } from './audit-event.schema.ts';
import { namePeople } from './name-people.ts';
import type { TrailPlace } from './trail-cursor.ts';

/** How far to read. */
export interface Stretch {
  /** Only rows that are older than this one. */
  readonly before: TrailPlace | null;
  /** The most rows. */
  readonly most: number;
}

type Row = Omit<AuditTrailEvent, 'at' | 'displayName'> & { readonly timestamp: Date };

/** Reads rows of the trail of the caller's organisation, newest first; none for who may not. */
export async function findAuditEvents(
  tx: Transaction,
  { from, to, ...equal }: AuditFilters,
  { before, most }: Stretch,
): Promise<AuditTrailEvent[]> {
  const rows = await tx.$queryRaw<Row[]>(Prisma.sql`
    select id, timestamp, event_type::text as "eventType", action::text as action,
      outcome::text as outcome, user_id as "userId", actor_role as role, api_key_id as "apiKeyId",
      agent_system as "agentSystem", on_behalf_of_id as "onBehalfOfId",
      organization_id as "organizationId", purpose_of_use::text as "purposeOfUse",
      patient_id as "patientId", resource_type as "resourceType", resource_id as "resourceId",
      record_count as "recordCount", changed_fields as "changedFields", reason, source,
      session_id as "sessionId", host(ip) as ip, user_agent as "userAgent",
      request_id as "requestId", emergency_access_id as "emergencyAccessId",
      resource_version as "resourceVersion", previous_version as "previousVersion"
    from find_audit_events(${JSON.stringify(rowAsJson('AuditLog', equal))}::jsonb,
      ${from ?? null}::timestamptz, ${to ?? null}::timestamptz,
      ${before === null ? null : JSON.stringify(before)}::jsonb, ${most}::int)`);
  const names = await namePeople(tx, rows);
  const outcomes = outcomesByCode();
  return rows.map(({ timestamp, outcome, ...row }) => ({
    ...row,
    outcome: outcomes.get(outcome) ?? outcome,
    at: timestamp.toISOString(),
    displayName: names.get(row.userId ?? '') ?? null,
  }));
}

/** The program's names of outcomes by the codes that the database keeps. */
function outcomesByCode(): ReadonlyMap<string, AuditTrailEvent['outcome']> {
  const values = manifestEnums().get('AuditOutcome')?.values ?? [];
  return new Map(
    values.map(({ name, databaseName }) => [databaseName, name as AuditTrailEvent['outcome']]),
  );
}
