import type { AuditAction, AuditEventType, AuditOutcome } from '../generated/client/enums.ts';
import type { Database } from '../create-client.ts';
import type { Actor } from './actor.ts';
import type { Transaction } from './with-actor.ts';

/** What happened, for one row of the audit trail (45 CFR 164.312(b), 170.210(e)). */
export interface AuditEvent {
  readonly eventType: AuditEventType;
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  /** The person who acted where the actor does not say so: a log-in that just succeeded or failed. */
  readonly userId?: string;
  /** Name of the role under which the person acted. */
  readonly actorRole?: string;
  /** The person for whom a delegate acted. */
  readonly onBehalfOfId?: string;
  /** The subject of the record; one event for each patient that an act touched. */
  readonly patientId?: string;
  /** Model name of the row. */
  readonly resourceType?: string;
  readonly resourceId?: string;
  /** Version of the row after the act. */
  readonly resourceVersion?: number;
  readonly previousVersion?: number;
  /** What the person gave as the reason. */
  readonly reason?: string;
  /** Number of rows that a search or an export returned. */
  readonly recordCount?: number;
  /** Keyed hash of a search's parameters, 32 bytes. */
  readonly queryHash?: Uint8Array;
  /** Names, never values, of the fields that changed. */
  readonly changedFields?: readonly string[];
  readonly emergencyAccessId?: string;
}

/** An act on one patient's record through a SQL function. */
export interface AuditedCall {
  /**
   * A function of the patient's id and options. It answers null where the patient is hidden, and the
   * reason as a string where it refused.
   */
  readonly routine: string;
  readonly patientId: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** The row that is written where it acted. */
  readonly event: AuditEvent;
}

/** Where acts leave their trace. The composition root hands it to the domains below the trail. */
export interface AuditSink {
  /**
   * Writes the rows of an act in the act's own transaction, and fails where it cannot: then the act
   * fails with it.
   */
  (tx: Transaction, actor: Actor, events: readonly AuditEvent[]): Promise<void>;
  /**
   * Sets the identity, acts and writes the audit row, in this order and one round trip. Answers what
   * the function answers; where that is null or a string, nothing is written.
   */
  call(db: Database, actor: Actor, call: AuditedCall): Promise<unknown>;
}
