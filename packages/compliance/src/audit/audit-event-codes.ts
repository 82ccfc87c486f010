import type { AuditEventType } from '@holovitals/database';
import type { Coding } from '@medplum/fhirtypes';

const REST = 'http://terminology.hl7.org/CodeSystem/audit-event-type';
const INTERACTION = 'http://hl7.org/fhir/restful-interaction';
const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const LIFECYCLE = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle';

/** What kind of event it was, as FHIR tells it. */
export interface EventCodes {
  readonly type: Coding;
  readonly subtype?: Coding;
}

const dcm = (code: string, display: string): Coding => ({ system: DCM, code, display });
const rest = (code: string): EventCodes => ({
  type: { system: REST, code: 'rest', display: 'RESTful Operation' },
  subtype: { system: INTERACTION, code, display: code },
});
const AUTHENTICATION = dcm('110114', 'User Authentication');
const ALERT = dcm('110113', 'Security Alert');
const EXPORT = dcm('110106', 'Export');
const ACTIVITY = dcm('110100', 'Application Activity');
const lifecycle = (code: string): Coding => ({ system: LIFECYCLE, code });

/** Reading the trail itself (DICOM PS3.16, CID 400). */
export const AUDIT_LOG_USED: EventCodes = { type: dcm('110101', 'Audit Log Used') };

/**
 * Codes of each event type: `AuditEvent.type` and `.subtype` of FHIR R4, from its own value sets
 * (DICOM PS3.16 CID 400 and 401, RESTful interactions, ISO 21089 lifecycle events) and IHE BALP.
 */
export const EVENT_CODES: Readonly<Record<AuditEventType, EventCodes>> = {
  LOGIN: { type: AUTHENTICATION, subtype: dcm('110122', 'Login') },
  LOGIN_FAILED: { type: AUTHENTICATION, subtype: dcm('110122', 'Login') },
  LOGOUT: { type: AUTHENTICATION, subtype: dcm('110123', 'Logout') },
  MFA: { type: AUTHENTICATION, subtype: dcm('110137', 'User Security Attributes Changed') },
  PHI_READ: rest('read'),
  PHI_SEARCH: rest('search'),
  PHI_CREATE: rest('create'),
  PHI_UPDATE: rest('update'),
  PHI_DELETE: rest('delete'),
  PHI_PRINT: { type: EXPORT, subtype: lifecycle('report') },
  PHI_EXPORT: { type: EXPORT, subtype: lifecycle('extract') },
  PATIENT_MERGE: { type: dcm('110110', 'Patient Record'), subtype: lifecycle('merge') },
  DISCLOSURE: { type: EXPORT, subtype: lifecycle('disclose') },
  EMERGENCY_START: { type: ALERT, subtype: dcm('110127', 'Emergency Override Started') },
  EMERGENCY_STOP: { type: ALERT, subtype: dcm('110138', 'Emergency Override Stopped') },
  CONSENT_CHANGE: { type: dcm('110110', 'Patient Record'), subtype: lifecycle('amend') },
  PERMISSION_CHANGE: { type: ALERT, subtype: dcm('110136', 'Security Roles Changed') },
  CONFIG_CHANGE: { type: ALERT, subtype: dcm('110129', 'Security Configuration') },
  AUDIT_STATUS_CHANGE: { type: ALERT, subtype: dcm('110134', 'Audit Recording Started') },
  KEY_OPERATION: { type: ALERT, subtype: dcm('110135', 'Object Security Attributes Changed') },
  RETENTION: { type: ACTIVITY, subtype: lifecycle('archive') },
  BACKUP_RESTORE: { type: ACTIVITY, subtype: lifecycle('restore') },
  AI_DISCLOSURE: { type: EXPORT, subtype: lifecycle('transmit') },
  INTEGRITY_CHECK: { type: ACTIVITY, subtype: lifecycle('verify') },
};
