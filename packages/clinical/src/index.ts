export type { ClinicalContext } from './context.ts';
export { loadDemoPatient } from './demo/load-demo-patient.ts';
export { activitiesSchema, licencesSchema, reactionsSchema } from './json-columns.schema.ts';
export { addFile } from './files/add-file.ts';
export { fileSchema, listFilesSchema, MOST_FILE_BYTES } from './files/file.schema.ts';
export type { FileResource } from './files/file.schema.ts';
export { fileTooLarge } from './errors.ts';
export { fileFolderOf } from './files/file-folder.ts';
export type { FileContext } from './files/file-context.ts';
export { nameInUri, storageUriOf } from './files/file-store.ts';
export type { FileStore, StoredBytes } from './files/file-store.ts';
export { folderStore } from './files/folder-store.ts';
export { listFiles, openFile, readFile } from './files/read-files.ts';
export type { FilePlace, OpenedFile } from './files/read-files.ts';
export type { Activities, Licences, Reactions } from './json-columns.schema.ts';
export {
  addCareTeamMember,
  addCareTeamMemberSchema,
  careTeamMemberSchema,
  endCareTeamMember,
  endCareTeamMemberSchema,
  listCareTeam,
} from './patients/care-team.ts';
export type { CareTeamMemberResource } from './patients/care-team.ts';
export { createPatient } from './patients/create-patient.ts';
export {
  addIdentifier,
  addIdentifierSchema,
  endIdentifier,
  identifierSchema,
  listIdentifiers,
} from './patients/identifiers.ts';
export type { IdentifierResource } from './patients/identifiers.ts';
export { linkAccount, linkAccountSchema } from './patients/link-account.ts';
export {
  mergePatients,
  mergePatientsSchema,
  unmergePatient,
  unmergePatientSchema,
} from './patients/merge-patients.ts';
export { listOwnPatients, ownPatientSchema } from './patients/own-patients.ts';
export type { OwnPatient } from './patients/own-patients.ts';
export {
  createPatientSchema,
  patientSchema,
  updatePatientSchema,
} from './patients/patient.schema.ts';
export type { PatientResource } from './patients/patient.schema.ts';
export {
  createPractitioner,
  createPractitionerSchema,
  listPractitioners,
  listPractitionersSchema,
  practitionerSchema,
  readPractitioner,
} from './patients/practitioners.ts';
export type { PractitionerResource } from './patients/practitioners.ts';
export { readPatient } from './patients/read-patient.ts';
export type { ReadPatient } from './patients/read-patient.ts';
export {
  addRelationship,
  addRelationshipSchema,
  listRelationships,
  relationshipSchema,
  revokeRelationship,
} from './patients/relationships.ts';
export type { RelationshipResource } from './patients/relationships.ts';
export {
  foundPatientSchema,
  searchPatients,
  searchPatientsSchema,
} from './patients/search-patients.ts';
export type { FoundPatient, PatientPage } from './patients/search-patients.ts';
export { updatePatient } from './patients/update-patient.ts';
export { addRecord } from './records/add-record.ts';
export { correctRecord, enterInError, enterInErrorSchema } from './records/correct-record.ts';
export type { RecordPlace } from './records/correct-record.ts';
export { listRecords, listRecordsSchema, readRecord } from './records/list-records.ts';
export type { FoundRecord } from './records/list-records.ts';
export type { RecordKind, RecordModel, RecordRule } from './records/record-kind.ts';
export { recordKinds } from './records/record-kinds.ts';
export type { RecordResource } from './records/record-resource.ts';
export { correctionSchemaOf, inputSchemaOf, resourceSchemaOf } from './records/record-schemas.ts';
export type { Page } from './resources/cursor.ts';
export { isUcumUnit } from './resources/ucum.ts';
export { readSummary, summaryLists } from './summary/read-summary.ts';
export type { CareTeamEntry, PatientSummary } from './summary/read-summary.ts';
export { summarySchema } from './summary/summary.schema.ts';
export { readTimeline, readTimelineSchema, timelineEntrySchema } from './summary/read-timeline.ts';
export type { TimelineEntry } from './summary/read-timeline.ts';
export { searchLoinc } from './terminology/search-loinc.ts';
export type { LoincPage } from './terminology/search-loinc.ts';
export { loincTermSchema, searchLoincSchema } from './terminology/search-loinc.schema.ts';
export type { LoincTerm, SearchLoincInput } from './terminology/search-loinc.schema.ts';
