import { manifestModels, type ManifestModel } from '@holovitals/database';
import type { StartsFrom } from './read-policies.ts';

/** A table whose rows are of a type of data. SQL of it names a row `t`. */
export interface RetainedTable {
  readonly model: string;
  readonly table: string;
  /** Its rows are never deleted. */
  readonly isAppendOnly: boolean;
  /** SQL: when a row began; null where nothing tells. */
  readonly began: string | null;
}

/** When rows began that say it otherwise than by `created_at`. */
const BEGAN: Readonly<Record<string, string>> = {
  AnalysisCost: 'incurred_at',
  AuditCheckpoint: 'opened_at',
  BillingEvent: 'received_at',
  BulkExportJob: 'requested_at',
  EHRCredential: 'updated_at',
  EmergencyAccess: 'started_at',
  FHIRResource: 'received_at',
  LegalHold: 'placed_at',
  Provenance: 'recorded_at',
  RetentionExecution: 'started_at',
  SecurityAlert: 'first_seen_at',
  SyncHistory: 'requested_at',
};

const ENDED = `('FULFILLED', 'PARTIALLY_DENIED', 'DENIED', 'WITHDRAWN')`;
const CONSENT_IN_EFFECT = 'valid_to is null and revoked_at is null';

/** SQL: what keeps a row in effect, whatever its days are. A model that is missing has no end that is known. */
const IN_EFFECT: Readonly<Record<string, string>> = {
  AccessReview: 't.completed_at is null',
  BreachIncident: 't.closed_at is null',
  BreachNotification:
    'exists (select from breach_incidents i where i.id = t.incident_id and i.closed_at is null)',
  BulkExportJob: 't.finished_at is null',
  ConsentGrant: `exists (select from patient_consents c where c.id = t.consent_id and ${CONSENT_IN_EFFECT})`,
  Disclosure: 't.recurring_first is not null and t.recurring_last is null',
  EmergencyAccess: 't.reviewed_at is null',
  FileAccessGrant: 'false',
  LegalAgreement: 't.terminated_at is null and t.effective_to is null',
  LegalHold: 't.released_at is null or t.released_at > now()',
  PatientAccessRequest: `t.status not in ${ENDED}`,
  PatientAmendmentRequest: `t.status not in ${ENDED}`,
  PatientConsent: CONSENT_IN_EFFECT,
  PatientPrivacyRequest: `t.status not in ${ENDED} or t.effective_from is not null and t.effective_to is null`,
  RetentionExecution: 't.finished_at is null and t.failed_at is null',
  RiskAssessment: 't.closed_at is null',
  SecurityAlert: 't.resolved_at is null',
  TrainingRecord: 't.completed_at is null',
};

/** SQL: what lasts as long as another row, beside the days of its own. */
const LASTS_WITH: Readonly<Record<string, string>> = {
  BreachNotification: `(select greatest(i.closed_at, i.updated_at) from breach_incidents i where i.id = t.incident_id)`,
  ConsentGrant: `(select greatest(c.valid_to, c.revoked_at, c.updated_at) from patient_consents c where c.id = t.consent_id)`,
};

/** The tables of a type of data, by name. */
export function retainedTables(dataType: string): RetainedTable[] {
  return [...manifestModels().values()]
    .filter(({ retention }) => retention === dataType)
    .map((model) => ({
      ...{ model: model.name, table: model.table, isAppendOnly: isAppendOnly(model) },
      began: beganOf(model),
    }))
    .sort((a, b) => (a.model < b.model ? -1 : 1));
}

/**
 * SQL of the moment from which a row's retention runs, and of what keeps it from beginning; null
 * where the model does not tell.
 *
 * @param patient SQL of the row's patient; null where it has none
 */
export function startOf(
  { model, began }: RetainedTable,
  startsFrom: StartsFrom,
  patient: string | null,
): { readonly start: string; readonly isOpen: string } | null {
  if (began === null) return null;
  switch (startsFrom) {
    case 'CREATED':
      return { start: began, isOpen: 'false' };
    case 'LAST_IN_EFFECT': {
      const isOpen = IN_EFFECT[model];
      if (isOpen === undefined) return null;
      const times = [...timesOf(model), ...(model in LASTS_WITH ? [LASTS_WITH[model]] : [])];
      return { start: `greatest(${times.join(', ')})`, isOpen };
    }
    case 'LAST_ENCOUNTER':
      if (patient === null) return null;
      return {
        start: `greatest(${began}, (
          select max(greatest(e.period_start, e.period_end, e.recorded_at, e.updated_at)) from encounters e
          where e.patient_id = any (linked_patients(${patient}))))`,
        isOpen: 'false',
      };
    case 'MAJORITY':
      if (patient === null) return null;
      return {
        start: `greatest(${began}, (select p.majority_on from patients p where p.id = ${patient}))`,
        isOpen: `not exists (select from patients p where p.id = ${patient} and p.majority_on is not null)`,
      };
  }
}

function timesOf(modelName: string): string[] {
  const fields = manifestModels().get(modelName)?.fields ?? [];
  return fields
    .filter(({ databaseType, list }) => !list && /^(timestamptz|date)\b/.test(databaseType))
    .map(({ column }) => `t.${column}::timestamptz`);
}

function beganOf({ name, fields }: ManifestModel): string | null {
  const column = fields.find((field) => field.column === 'created_at')?.column ?? BEGAN[name];
  return column === undefined ? null : `t.${column}`;
}

/** Closed checkpoints and manifests are sealed by triggers of their own. */
function isAppendOnly({ name, immutable }: ManifestModel): boolean {
  return immutable || name === 'AuditCheckpoint' || name === 'AuditLogArchive';
}
