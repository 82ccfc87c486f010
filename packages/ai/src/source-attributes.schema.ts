import { z } from 'zod';

/** Text of one attribute; null says that the developer gave none, which the rule asks to be shown. */
const attribute = z.string().min(1).max(4000).nullable();

/**
 * `AiModel.sourceAttributes`: the 31 source attributes of a predictive decision support
 * intervention, in the nine groups of 45 CFR 170.315(b)(11)(iv)(B). All keys are required.
 */
export const sourceAttributesSchema = z.strictObject({
  detailsAndOutput: z.strictObject({
    developerNameAndContact: attribute,
    fundingSource: attribute,
    outputValue: attribute,
    outputType: z
      .enum(['PREDICTION', 'CLASSIFICATION', 'RECOMMENDATION', 'EVALUATION', 'ANALYSIS', 'OTHER'])
      .nullable(),
  }),
  purpose: z.strictObject({
    intendedUse: attribute,
    intendedPatientPopulation: attribute,
    intendedUsers: attribute,
    decisionMakingRole: attribute,
  }),
  cautionedOutOfScopeUse: z.strictObject({
    cautionedTasksSituationsPopulations: attribute,
    knownRisksAndLimitations: attribute,
  }),
  developmentDetails: z.strictObject({
    trainingDataCriteria: attribute,
    sensitiveInputFeatures: attribute,
    demographicRepresentativeness: attribute,
    relevanceToDeployedSetting: attribute,
  }),
  fairnessProcess: z.strictObject({
    approachToFairness: attribute,
    approachToBias: attribute,
  }),
  externalValidation: z.strictObject({
    dataSourceAndSetting: attribute,
    testingParty: attribute,
    demographicRepresentativeness: attribute,
    process: attribute,
  }),
  quantitativeMeasures: z.strictObject({
    validityInTestData: attribute,
    fairnessInTestData: attribute,
    validityInExternalData: attribute,
    fairnessInExternalData: attribute,
    outcomeEvaluationReferences: attribute,
  }),
  ongoingMaintenance: z.strictObject({
    validityMonitoring: attribute,
    validityInLocalData: attribute,
    fairnessMonitoring: attribute,
    fairnessInLocalData: attribute,
  }),
  updateSchedule: z.strictObject({
    updateProcess: attribute,
    correctionProcess: attribute,
  }),
});

/** A parsed {@link sourceAttributesSchema}. */
export type SourceAttributes = z.infer<typeof sourceAttributesSchema>;
