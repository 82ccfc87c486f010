import type { IdentityContext } from '../context.ts';
import { passkeysUnavailable } from '../errors.ts';

/** The site that people log in at: the relying party of WebAuthn level 3 and of OpenID Connect. */
export interface RelyingParty {
  /** The domain: `example.org`. A passkey is bound to it for good. */
  readonly id: string;
  /** Origins of its pages: `https://app.example.org`. */
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
