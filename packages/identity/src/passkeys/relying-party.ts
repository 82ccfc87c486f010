import type { IdentityContext } from '../context.ts';
import { passkeysUnavailable } from '../errors.ts';

/** The site that passkeys are made for (WebAuthn level 3, relying party). */
export interface RelyingParty {
  /** The domain: `example.org`. A passkey is bound to it for good. */
  readonly id: string;
  /** Origins of the pages that may ask for one: `https://app.example.org`. */
  readonly origins: readonly string[];
}

/**
 * The site of this installation.
 *
 * @throws CodedError `IDENTITY.PASSKEYS_UNAVAILABLE` where none is configured
 */
export function relyingPartyOf({
  relyingParty,
}: Pick<IdentityContext, 'relyingParty'>): RelyingParty {
  if (relyingParty === null) throw passkeysUnavailable();
  return relyingParty;
}
