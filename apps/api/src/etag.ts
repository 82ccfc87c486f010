import { z } from 'zod';
import { matchMissing } from './errors.ts';

/** The header that names the version a change begins from (RFC 9110, 13.1.1). */
export const ifMatchSchema = z.object({
  'if-match': z
    .string()
    .max(50)
    .optional()
    .describe('ETag of the version that was read, such as `W/"3"`; without it the answer is 428.'),
});

/** The weak entity tag of a version. */
export function etagOf(version: number | undefined): string {
  return `W/"${version ?? 1}"`;
}

/**
 * The version that If-Match names; one that does not exist matches nothing.
 *
 * @throws CodedError `API.MATCH_MISSING`
 */
export function versionOf(header: string | undefined): number {
  if (header === undefined) throw matchMissing();
  const [, version = '0'] = /^(?:W\/)?"([1-9]\d{0,8})"$/.exec(header) ?? [];
  return Number(version);
}
