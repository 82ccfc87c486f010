import type { Transaction } from '@holovitals/database';
import {
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import { useUpChallenge } from '../challenges/challenge.store.ts';
import { isStamped, stampChallenge } from '../challenges/stamped-challenge.ts';
import type { IdentityContext } from '../context.ts';
import type { Assertion } from './passkey.schema.ts';
import { advanceCounter, findPasskey } from './passkey.store.ts';
import { relyingPartyOf } from './relying-party.ts';

const LIFETIME = 300_000;
const PURPOSE = 'passkey';

/** What a browser's `navigator.credentials.get()` is called with. */
export interface PasskeyOptions {
  /** Base64url. */
  readonly challenge: string;
  readonly rpId: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly userVerification: 'required';
}

/**
 * Makes a challenge for whoever has a passkey, good once within five minutes. It names no account, so
 * that it tells nothing of any.
 *
 * @throws CodedError `IDENTITY.PASSKEYS_UNAVAILABLE`
 */
export async function passkeyOptions(context: IdentityContext): Promise<PasskeyOptions> {
  const { id } = relyingPartyOf(context);
  const { challenge } = await generateAuthenticationOptions({
    rpID: id,
    challenge: stampChallenge(context.codeKey, PURPOSE, context.clock(), LIFETIME),
    userVerification: 'required',
  });
  return { challenge, rpId: id, timeout: LIFETIME, userVerification: 'required' };
}

/** How a passkey was shown. */
export type PasskeyOutcome =
  | { readonly isProven: true }
  /** `reason` stands in the audit trail; null where there is nothing to say. */
  | { readonly isProven: false; readonly reason: string | null };

const REFUSED: PasskeyOutcome = { isProven: false, reason: null };

/**
 * Checks what an authenticator signed, for one person: the challenge, the site, the person's presence
 * and verification, the signature, and that its counter goes on (WebAuthn level 3, 7.2). The
 * challenge is used up. The person's row is locked already.
 */
export async function verifyPasskey(
  context: Pick<IdentityContext, 'clock' | 'codeKey' | 'relyingParty'>,
  tx: Transaction,
  userId: string,
  { id, rawId, type, response }: Assertion,
): Promise<PasskeyOutcome> {
  const { id: rpId, origins } = relyingPartyOf(context);
  const now = context.clock();
  const passkey = await findPasskey(tx, fromBase64url(id));
  if (passkey?.userId !== userId) return REFUSED;
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  if (userHandle != null && !isUserHandle(userHandle, userId)) return REFUSED;
  let challenge = '';
  const answer = await verifyAuthenticationResponse({
    response: {
      ...{ id, rawId, type, clientExtensionResults: {} },
      response: { clientDataJSON, authenticatorData, signature },
    },
    expectedChallenge: (given) => {
      challenge = given;
      return isStamped(context.codeKey, PURPOSE, given, now);
    },
    expectedOrigin: [...origins],
    expectedRPID: rpId,
    // The counter is compared where it is written, so that of two uses at once one loses.
    credential: { id, publicKey: passkey.publicKey, counter: 0 },
    requireUserVerification: true,
  }).catch(() => null);
  if (answer?.verified !== true) return REFUSED;
  if (!(await useUpChallenge(tx, userId, challenge, now, LIFETIME))) {
    return { isProven: false, reason: 'passkey challenge used twice' };
  }
  const counter = BigInt(answer.authenticationInfo.newCounter);
  if (!(await advanceCounter(tx, passkey.id, counter, now))) {
    return { isProven: false, reason: 'passkey counter went back' };
  }
  return { isProven: true };
}

/** Bytes of a text in base64url. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}

/** The opaque name by which authenticators know an account: the bytes of its id. */
export function userHandleOf(userId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(userId.replaceAll('-', ''), 'hex'));
}

function isUserHandle(handle: string, userId: string): boolean {
  return Buffer.from(userHandleOf(userId)).toString('base64url') === handle;
}
