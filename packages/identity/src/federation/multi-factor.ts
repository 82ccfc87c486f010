/** Authentication context classes that mean several factors. */
const CLASSES = [
  'http://idmanagement.gov/ns/assurance/aal/2',
  'http://idmanagement.gov/ns/assurance/aal/3',
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
  'phr',
  'phrh',
];

/** Authentication methods by what they prove: knowledge, possession, inherence (RFC 8176). */
const KINDS: readonly (readonly string[])[] = [
  ['pwd', 'pin', 'kba'],
  ['hwk', 'swk', 'otp', 'sms', 'sc', 'tel'],
  ['face', 'fpt', 'iris', 'retina', 'vbm'],
];

/**
 * Finds whether a provider vouches for more than one factor: it says `mfa`, names methods of two
 * kinds, or a class that means it (OpenID Connect Core, 2; RFC 8176; NIST SP 800-63B, 4.2). What is
 * not said does not count.
 */
export function isMultiFactor({ acr, amr }: Readonly<Record<string, unknown>>): boolean {
  if (typeof acr === 'string' && CLASSES.includes(acr)) return true;
  const methods: readonly unknown[] = Array.isArray(amr) ? amr : [];
  if (methods.includes('mfa')) return true;
  return KINDS.filter((kind) => kind.some((method) => methods.includes(method))).length > 1;
}
