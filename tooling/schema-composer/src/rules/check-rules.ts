import type { Report } from '../diagnostic.ts';
import type { OwnedBlock } from '../resolve-schema.ts';
import type { SchemaNode } from '../schema-node.ts';
import type { WorkspaceConfig } from '../workspace-config.ts';
import {
  declaredDomains,
  fragmentsHoldNoConfiguration,
  internalModelsStayInside,
} from './domains.ts';
import {
  encryptionFits,
  fieldsAreClassified,
  generatedColumnsAreDeclared,
  modelsAreDocumented,
  partitionColumnsAreInKeys,
  readsAreWithheld,
  softReferencesLead,
} from './fields.ts';
import { shortDatabaseNames, uniqueDatabaseNames, uniqueNames } from './names.ts';
import {
  foreignKeysAreIndexed,
  joinModelsAreWritten,
  protectedModelsAreNotCascadedInto,
  protectedModelsExist,
  referentialActionsAreWritten,
  relationsAreNamed,
  relationsHaveInverses,
} from './relations.ts';
import { indexesIncludeNothing, sqlNamesColumns } from './sql.ts';

/** What every rule may look at. */
export interface RuleInput {
  readonly schema: SchemaNode;
  readonly owned: readonly OwnedBlock[];
  readonly config: WorkspaceConfig;
  /** False where a fragment could not be read wholly, so that what is missing may stand there. */
  readonly isWhole: boolean;
  readonly report: Report;
}

export type Rule = (input: RuleInput) => void;

const rules: readonly Rule[] = [
  uniqueNames,
  uniqueDatabaseNames,
  shortDatabaseNames,
  fragmentsHoldNoConfiguration,
  declaredDomains,
  internalModelsStayInside,
  relationsHaveInverses,
  relationsAreNamed,
  joinModelsAreWritten,
  referentialActionsAreWritten,
  protectedModelsAreNotCascadedInto,
  protectedModelsExist,
  foreignKeysAreIndexed,
  fieldsAreClassified,
  modelsAreDocumented,
  softReferencesLead,
  encryptionFits,
  readsAreWithheld,
  generatedColumnsAreDeclared,
  partitionColumnsAreInKeys,
  sqlNamesColumns,
  indexesIncludeNothing,
];

/** Runs every rule; each pushes what it finds. */
export function checkRules(input: RuleInput): void {
  for (const rule of rules) rule(input);
}
