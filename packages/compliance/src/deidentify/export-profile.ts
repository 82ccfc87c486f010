/** How an export is made, by the paragraph of 45 CFR 164.514 that it follows. */
export const EXPORT_PROFILES = ['SAFE_HARBOR', 'DATE_SHIFT', 'LIMITED_DATA_SET'] as const;

/**
 * - `SAFE_HARBOR`: 164.514(b)(2), the eighteen identifiers removed;
 * - `DATE_SHIFT`: the same, but each patient's dates moved by so many days: an expert must determine
 *   that the risk is very small (164.514(b)(1));
 * - `LIMITED_DATA_SET`: 164.514(e), dates, town, State and ZIP code kept, under a data use agreement.
 */
export type ExportProfile = (typeof EXPORT_PROFILES)[number];

/** The profile's word on the command line. */
export function profileWord(profile: ExportProfile): string {
  return profile.toLowerCase().replaceAll('_', '-');
}
