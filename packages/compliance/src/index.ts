export { hashAuditRow, verifyAuditRow } from './audit/audit-hash.ts';
export type { AuditContent } from './audit/audit-hash.ts';
export { findClosedRights } from './acts/find-closed-rights.ts';
export type { ClosedRights } from './acts/find-closed-rights.ts';
export { createAuditSink } from './audit/create-audit-sink.ts';
export type { AuditKeySource } from './audit/create-audit-sink.ts';
export {
  agreementSchema,
  listAgreementsSchema,
  recordAgreementSchema,
  subprocessorsSchema,
  terminateAgreementSchema,
} from './agreements/agreement.schema.ts';
export type { Agreement, Subprocessors } from './agreements/agreement.schema.ts';
export { listAgreements, recordAgreement, terminateAgreement } from './agreements/agreements.ts';
export type { AgreementPage } from './agreements/agreements.ts';
export {
  assignTrainingSchema,
  completeTrainingSchema,
  listTrainingSchema,
  trainingSchema,
} from './training/training.schema.ts';
export type { Training } from './training/training.schema.ts';
export { assignTraining, completeTraining, listTraining } from './training/training.ts';
export type { TrainingPage } from './training/training.ts';
export { alertEvidenceSchema, shardRangesSchema } from './audit.schema.ts';
export type { AlertEvidence, ShardRanges } from './audit.schema.ts';
export { affectedByStateSchema, noticeContentSchema } from './breach.schema.ts';
export type { AffectedByState, NoticeContent } from './breach.schema.ts';
export { informedPersonsSchema } from './request.schema.ts';
export type { InformedPersons } from './request.schema.ts';
export { reviewDecisionsSchema, reviewFindingsSchema } from './review.schema.ts';
export type { ReviewDecisions, ReviewFindings } from './review.schema.ts';
export { accessSchema, listAccessesSchema, listRecordAccesses } from './audit/list-accesses.ts';
export type { Access, AccessPage, ComplianceContext } from './audit/list-accesses.ts';
export { auditEventSchema, auditFiltersSchema } from './audit/audit-event.schema.ts';
export type { AuditFilters, AuditTrailEvent } from './audit/audit-event.schema.ts';
export { exportAuditEvents } from './audit/export-audit-events.ts';
export type { AuditFormat } from './audit/export-audit-events.ts';
export { listAuditEvents, listAuditEventsSchema } from './audit/list-audit-events.ts';
export type { AuditEventPage } from './audit/list-audit-events.ts';
export { findHeldAccounts } from './holds/find-held-accounts.ts';
export {
  assessBreachSchema,
  breachSchema,
  changeBreachSchema,
  closeBreachSchema,
  decideBreachSchema,
  delayNoticesSchema,
  listBreachesSchema,
  openBreachSchema,
} from './breaches/breach-incident.schema.ts';
export {
  addIndividualsSchema,
  addNoticeSchema,
  breachDutySchema,
  breachNoticeSchema,
  listNoticesSchema,
  recordReturnedSchema,
  recordSentSchema,
  recordSubstituteSchema,
} from './breaches/breach-notice.schema.ts';
export { addIndividuals, addNotice } from './breaches/add-notices.ts';
export { closeBreach } from './breaches/close-breach.ts';
export { listDuties, listNotices } from './breaches/list-notices.ts';
export { recordReturned, recordSent, recordSubstitute } from './breaches/record-notices.ts';
export { assessBreach, decideBreach, delayNotices } from './breaches/decide-breach.ts';
export { listBreaches, readBreach } from './breaches/list-breaches.ts';
export { changeBreach, openBreach } from './breaches/open-breach.ts';
export { raiseClockAlerts } from './clocks/raise-clock-alerts.ts';
export {
  consentSchema,
  giveConsentSchema,
  listConsentsSchema,
  revokeConsentSchema,
} from './consents/consent.schema.ts';
export { giveConsent, listConsents, revokeConsent } from './consents/patient-consents.ts';
export {
  accountingSchema,
  disclosureFactsSchema,
  disclosureSchema,
  listDisclosuresSchema,
  readAccountingSchema,
  suspendAccountingSchema,
} from './disclosures/disclosure.schema.ts';
export type { DisclosureFacts } from './disclosures/disclosure.schema.ts';
export {
  listDisclosures,
  recordPatientDisclosure,
  suspendAccounting,
} from './disclosures/patient-disclosures.ts';
export { readAccounting } from './disclosures/read-accounting.ts';
export { recordDisclosure } from './disclosures/record-disclosure.ts';
export type { DisclosureToRecord } from './disclosures/record-disclosure.ts';
export {
  emergencyAccessSchema,
  listEmergencyAccessesSchema,
  reviewEmergencyAccessSchema,
  startEmergencyAccessSchema,
} from './emergency/emergency-access.schema.ts';
export {
  endEmergencyAccess,
  findOpenEmergencyAccess,
  startEmergencyAccess,
} from './emergency/break-glass.ts';
export {
  listEmergencyAccesses,
  reviewEmergencyAccess,
} from './emergency/review-emergency-access.ts';
export { explainAccess } from './explain/explain-access.ts';
export { accessExplanationSchema, explainAccessSchema } from './explain/explain-access.schema.ts';
export {
  listSecurityAlertsSchema,
  resolveSecurityAlertSchema,
  securityAlertSchema,
} from './alerts/security-alert.schema.ts';
export { listSecurityAlerts } from './alerts/list-security-alerts.ts';
export { resolveSecurityAlert, takeSecurityAlert } from './alerts/settle-security-alert.ts';
export {
  accessRequestSchema,
  answerAccessRequestSchema,
  fileAccessRequestSchema,
} from './requests/access-request.schema.ts';
export {
  fileAccessRequest,
  listAccessRequests,
  reviewAccessDenial,
  withdrawAccessRequest,
} from './requests/access-requests.ts';
export { answerAccessRequest, extendAccessRequest } from './requests/answer-access-request.ts';
export {
  amendmentRequestSchema,
  answerAmendmentRequestSchema,
  fileAmendmentRequestSchema,
  statementSchema,
} from './requests/amendment-request.schema.ts';
export {
  disagreeWithDenial,
  fileAmendmentRequest,
  listAmendmentRequests,
  withdrawAmendmentRequest,
} from './requests/amendment-requests.ts';
export {
  answerAmendmentRequest,
  extendAmendmentRequest,
  rebutDisagreement,
} from './requests/answer-amendment-request.ts';
export {
  answerPrivacyRequestSchema,
  endPrivacyRequestSchema,
  filePrivacyRequestSchema,
  privacyRequestSchema,
} from './requests/privacy-request.schema.ts';
export {
  filePrivacyRequest,
  listPrivacyRequests,
  withdrawPrivacyRequest,
} from './requests/privacy-requests.ts';
export { answerPrivacyRequest, endPrivacyRequest } from './requests/answer-privacy-request.ts';
export { extendRequestSchema, listRequestsSchema } from './requests/request.schema.ts';
export { listWaitingRequestsSchema, waitingRequestSchema } from './requests/work-list.schema.ts';
export { listWaitingRequests } from './requests/work-list.ts';
