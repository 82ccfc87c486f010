import { AuditAction, AuditEventType, AuditOutcome, PurposeOfUse } from '@holovitals/database';
import { z } from 'zod';
import { accessSchema } from './list-accesses.ts';

/** Days that a search may look back over where no index serves what it asks for. */
const MOST_DAYS = 31;
const DAY_MS = 86_400_000;

const instant = z.iso.datetime({ offset: true });

/**
 * What rows of the trail are asked for by; all that is given must hold. An index serves `userId`,
 * `patientId`, `eventType`, `resourceType` with `resourceId`, and the period; what else is asked for
 * needs a person, a patient or a row beside it, or a period of at most 31 days.
 */
export const auditFiltersSchema = z.object({
  patientId: z.uuid().optional(),
  userId: z.uuid().optional(),
  eventType: z.enum(AuditEventType).optional(),
  action: z.enum(AuditAction).optional(),
  outcome: z.enum(AuditOutcome).optional(),
  /** Name of the model, such as `PatientDiagnosis`. */
  resourceType: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]{0,62}$/)
    .optional(),
  resourceId: z.string().min(1).max(100).optional(),
  purposeOfUse: z.enum(PurposeOfUse).optional(),
  sessionId: z.uuid().optional(),
  apiKeyId: z.uuid().optional(),
  agentSystem: z.string().min(1).max(128).optional(),
  ip: z.union([z.ipv4(), z.ipv6()]).optional(),
  requestId: z.string().min(1).max(128).optional(),
  emergencyAccessId: z.uuid().optional(),
  from: instant.optional(),
  /** The first moment that is left out. */
  to: instant.optional(),
});

/** Parsed {@link auditFiltersSchema}. */
export type AuditFilters = z.output<typeof auditFiltersSchema>;

/** A row of the trail as officers read it: what {@link accessSchema} has, and where it came from. */
export const auditEventSchema = accessSchema
  .extend({
    source: z.string(),
    sessionId: z.uuid().nullable(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string().nullable(),
    emergencyAccessId: z.uuid().nullable(),
    resourceVersion: z.int().nullable(),
    previousVersion: z.int().nullable(),
  })
  .meta({ id: 'AuditEvent' });

/** One of {@link auditEventSchema}. */
export type AuditTrailEvent = z.output<typeof auditEventSchema>;

/** Names of what is asked for and no index serves, where nothing else bounds the search. */
export function unboundedFilters(filters: AuditFilters, now: Date): string[] {
  const { from, to, userId, patientId, ...others } = filters;
  const isOfOneRow = others.resourceType !== undefined && others.resourceId !== undefined;
  if (userId !== undefined || patientId !== undefined || isOfOneRow) return [];
  const end = to === undefined ? now.getTime() : Date.parse(to);
  if (from !== undefined && end - Date.parse(from) <= MOST_DAYS * DAY_MS) return [];
  return Object.keys(others).filter(
    (name) => name !== 'eventType' && others[name as keyof typeof others] !== undefined,
  );
}
