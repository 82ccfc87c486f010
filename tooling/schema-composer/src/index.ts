export { composeWorkspace, type ComposeInput, type Composition } from './compose-workspace.ts';
export { formatDiagnostics, type Diagnostic, type RelatedPlace } from './diagnostic.ts';
export type {
  ClassificationEffect,
  Deprecation,
  ManifestDomain,
  ManifestEnum,
  ManifestEnumValue,
  ManifestField,
  ManifestIndex,
  ManifestModel,
  ManifestRelation,
  SchemaManifest,
  Softref,
  SourcePlace,
  SqlConstraint,
} from './manifest.ts';
export type { Place } from './source-file.ts';
export type { WorkspaceConfig } from './workspace-config.ts';
export { findWorkspaceRoot, listPackageDirectories } from './workspace-packages.ts';
export {
  readManifest,
  staleOutputs,
  writeComposition,
  type OutputPaths,
} from './write-composition.ts';
