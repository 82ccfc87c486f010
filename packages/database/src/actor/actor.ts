import type { PurposeOfUse } from '../generated/client/enums.ts';

/**
 * Who acts, and from where: what row security decides by and what the audit row names
 * (45 CFR 164.312(a)(2)(i) and (d); FHIR AuditEvent.agent). Ids are UUIDs.
 */
export interface Actor {
  /** The person; null for machines and for nobody. */
  readonly userId: string | null;
  /** The key a machine came with. */
  readonly apiKeyId: string | null;
  readonly sessionId: string | null;
  /** Name of the role under which the person acts, for the audit trail; it decides nothing. */
  readonly role: string | null;
  /** The tenant the session or key acts in. */
  readonly organizationId: string | null;
  /** Name of the job or service that acts where no person or key does. */
  readonly agentSystem: string | null;
  /** A second factor opened the session. */
  readonly mfa: boolean;
  /** A fresh proof of identity is still open. */
  readonly stepUp: boolean;
  readonly purposeOfUse: PurposeOfUse | null;
  /** The episode under which the person acts, where the purpose is ETREAT or BTG. */
  readonly emergencyAccessId: string | null;
  /** Address of the caller. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  /** The process that observes: `api`, `worker`. FHIR AuditEvent.source.observer. */
  readonly source: string;
}

/** Where a call comes from, whoever makes it. */
export type CallFacts = Pick<Actor, 'ip' | 'userAgent' | 'requestId' | 'source'>;

/** Makes the actor of a call that nobody is known to make: registration, log-in. */
export function anonymous(facts: CallFacts): Actor {
  return {
    userId: null,
    apiKeyId: null,
    sessionId: null,
    role: null,
    organizationId: null,
    agentSystem: null,
    mfa: false,
    stepUp: false,
    purposeOfUse: null,
    emergencyAccessId: null,
    ...facts,
  };
}
