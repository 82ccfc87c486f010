import { z } from 'zod';
import { isSparseZipArea } from './sparse-zip-areas.ts';

/** What is left of an address. */
export interface ReleasedPlace {
  readonly country?: string;
  readonly state?: string;
  /** The first three digits, or 000 where 20,000 people or fewer live there. */
  readonly zip3?: string;
  /** Town and whole ZIP code, in a limited data set alone. */
  readonly city?: string;
  readonly zip?: string;
}

const addressSchema = z
  .array(
    z.object({
      use: z.string().optional(),
      city: z.string().optional(),
      state: z.string().optional(),
      postalCode: z.string().optional(),
      country: z.string().optional(),
    }),
  )
  .min(1);

/** States, the District, territories (USPS Publication 28). */
const STATES = new Set(
  (
    'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ' +
    'ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP'
  ).split(' '),
);
const ZIP = /^(\d{3})\d{2}(-?\d{4})?$/;
/** A town's name: no digits, which would be of a street or a box. */
const TOWN = /^\p{L}[\p{L}\p{M} .'’-]{0,59}$/u;
const countries = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/**
 * Releases the present address, JSON of FHIR `Address[]`: country, and in the United States the State
 * and the first three digits of the ZIP code (45 CFR 164.514(b)(2)(i)(B)); in a limited data set town
 * and ZIP code instead (164.514(e)(2)(ii)). Null where nothing is left.
 */
export function releasePlace(json: string, isLimited: boolean): ReleasedPlace | null {
  const parsed = addressSchema.safeParse(parse(json));
  const address = parsed.data?.find(({ use }) => use !== 'old') ?? parsed.data?.[0];
  if (address === undefined) return null;
  const { country = 'US', city = '', postalCode = '' } = address;
  const state = (address.state ?? '').toUpperCase();
  const area = country === 'US' ? ZIP.exec(postalCode.trim())?.[1] : undefined;
  const place = {
    ...(address.country !== undefined && isCountry(country) && { country }),
    ...(country === 'US' && STATES.has(state) && { state }),
    ...(isLimited && TOWN.test(city) && { city }),
    ...(area !== undefined &&
      (isLimited ? { zip: postalCode.trim() } : { zip3: isSparseZipArea(area) ? '000' : area })),
  };
  return Object.keys(place).length === 0 ? null : place;
}

function isCountry(code: string): boolean {
  return /^[A-Z]{2}$/.test(code) && countries.of(code) !== undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return null;
  }
}
