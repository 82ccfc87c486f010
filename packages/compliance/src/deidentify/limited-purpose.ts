/** What a limited data set may be used for (45 CFR 164.514(e)(3)(i)), with its HL7 v3-PurposeOfUse. */
export const LIMITED_PURPOSES = {
  RESEARCH: 'HRESCH',
  PUBLIC_HEALTH: 'PUBHLTH',
  OPERATIONS: 'HOPERAT',
} as const;

/** One of them. */
export type LimitedPurpose = keyof typeof LIMITED_PURPOSES;
