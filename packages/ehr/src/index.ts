export { exportManifestSchema } from './bulk-export.schema.ts';
export type { ExportManifest } from './bulk-export.schema.ts';
export { endpointCapabilitiesSchema, vendorSettingsSchema } from './endpoint.schema.ts';
export type { EndpointCapabilities, VendorSettings } from './endpoint.schema.ts';
export { FHIR_RESOURCE_TYPES } from './fhir-resource-type.ts';
export type { FhirResourceType } from './fhir-resource-type.ts';
export { syncConflictsSchema, syncCursorSchema } from './sync.schema.ts';
export type { SyncConflicts, SyncCursor } from './sync.schema.ts';
