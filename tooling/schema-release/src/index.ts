export {
  findAffected,
  type Affected,
  type AffectedDomain,
  type AffectedPackage,
  type AffectedWhy,
} from './affected/find-affected.ts';
export type { Consumer } from './affected/consumers.ts';
export {
  BUMPS,
  ROLLOUTS,
  type Bump,
  type Change,
  type LikelyRename,
  type Rollout,
} from './change.ts';
export {
  checkChangesets,
  schemaDirectoryOf,
  writeMissing,
  type ChangesetCheck,
  type MissingChangeset,
  type WholePackage,
} from './check-changesets.ts';
export { CODE_OWNERS_FILE, codeOwnersText } from './code-owners.ts';
export {
  compareSchemas,
  type PackageFacts,
  type PackageVerdict,
  type ReleaseSchema,
  type RuleOverride,
  type SchemaComparison,
} from './compare-schemas.ts';
export { readSchema } from './read-schema.ts';
export { renderMarkdown } from './report/render-markdown.ts';
export { renderSarif } from './report/render-sarif.ts';
export { renderText } from './report/render-text.ts';
export { RULES, type Rule, type RuleCode } from './rules.ts';
export type { Spread } from './spread.ts';
export { readWorkspacePackages, type WorkspacePackage } from './workspace-packages.ts';
