import { withActor, type Actor } from '@holovitals/database';
import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
} from '@simplewebauthn/server';
import { COSEALG, decodeAttestationObject } from '@simplewebauthn/server/helpers';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import { useUpChallenge } from '../challenges/challenge.store.ts';
import { isStamped, stampChallenge } from '../challenges/stamped-challenge.ts';
import type { IdentityContext } from '../context.ts';
import { challengeRefused, factorExists, inputInvalid } from '../errors.ts';
import { finishEnrolment, mayEnrol, type EnrolledFactor } from '../factors/enrolment.ts';
import { personOf } from '../sessions/person-of.ts';
import { registerPasskeySchema } from './passkey.schema.ts';
import { findCredentialIds, insertPasskey } from './passkey.store.ts';
import { relyingPartyOf } from './relying-party.ts';
import { fromBase64url, userHandleOf } from './verify-passkey.ts';

const LIFETIME = 300_000;
const MOST = 20;
const ALGORITHMS = [COSEALG.ES256, COSEALG.EdDSA, COSEALG.RS256];

/**
 * Begins to enrol a passkey: what the browser's `navigator.credentials.create()` is called with. The
 * challenge is the session's own, good once within five minutes.
 *
 * @throws CodedError `IDENTITY.PASSKEYS_UNAVAILABLE`, `IDENTITY.FACTOR_NOT_ALLOWED`,
 *   `IDENTITY.STEP_UP_REQUIRED`, `IDENTITY.FACTOR_EXISTS` for one more than twenty
 */
export async function beginPasskey(
  context: IdentityContext,
  actor: Actor,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { id: rpID } = relyingPartyOf(context);
  return await withActor(context.db, actor, async (tx) => {
    const { id, email, displayName } = await mayEnrol(tx, actor, 'WEBAUTHN');
    const known = await findCredentialIds(tx, id);
    if (known.length >= MOST) throw factorExists('WEBAUTHN');
    return await generateRegistrationOptions({
      rpName: 'HoloVitals',
      rpID,
      userID: userHandleOf(id),
      userName: email,
      userDisplayName: displayName ?? email,
      challenge: stampChallenge(context.codeKey, purposeOf(actor), context.clock(), LIFETIME),
      timeout: LIFETIME,
      attestationType: 'none',
      excludeCredentials: known.map((bytes) => ({ id: Buffer.from(bytes).toString('base64url') })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    });
  });
}

/**
 * Ends the enrolment of a passkey with what the authenticator answered (WebAuthn level 3, 7.1). The
 * session counts as opened with a second factor from then on. Of attestations only those are taken
 * that carry no certificate: which make of authenticator it is decides nothing here.
 *
 * @throws CodedError `IDENTITY.INPUT_INVALID`, `IDENTITY.CHALLENGE_REFUSED`, and as `beginPasskey`
 */
export async function registerPasskey(
  context: IdentityContext,
  actor: Actor,
  input: z.input<typeof registerPasskeySchema>,
): Promise<EnrolledFactor & { readonly id: string }> {
  const parsed = registerPasskeySchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('registerPasskey', parsed.error);
  const { label, credential } = parsed.data;
  const { id: rpId, origins } = relyingPartyOf(context);
  const userId = personOf(actor);
  const now = context.clock();
  if (!isWithoutCertificate(credential.response.attestationObject)) throw challengeRefused();
  let challenge = '';
  const answer = await verifyRegistrationResponse({
    response: { ...credential, clientExtensionResults: {} },
    expectedChallenge: (given) => {
      challenge = given;
      return isStamped(context.codeKey, purposeOf(actor), given, now);
    },
    expectedOrigin: [...origins],
    expectedRPID: rpId,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => null);
  if (answer?.verified !== true) throw challengeRefused();
  const made = answer.registrationInfo.credential;
  return await withActor(context.db, actor, async (tx) => {
    await mayEnrol(tx, actor, 'WEBAUTHN');
    if ((await findCredentialIds(tx, userId)).length >= MOST) throw factorExists('WEBAUTHN');
    if (!(await useUpChallenge(tx, userId, challenge, now, LIFETIME))) throw challengeRefused();
    const id = uuidV7();
    const row = {
      ...{ id, userId, label, publicKey: made.publicKey, signCount: BigInt(made.counter) },
      credentialId: fromBase64url(made.id),
    };
    if (!(await insertPasskey(tx, row))) throw challengeRefused();
    return { id, ...(await finishEnrolment(tx, context.audit, actor, id, now)) };
  });
}

function purposeOf({ userId, sessionId }: Actor): string {
  return `register passkey ${userId} ${sessionId}`;
}

/** Certificates name addresses of revocation lists, which are not ours to call. */
function isWithoutCertificate(attestationObject: string): boolean {
  try {
    const decoded = decodeAttestationObject(fromBase64url(attestationObject));
    const format = decoded.get('fmt');
    return (
      format === 'none' || (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined)
    );
  } catch {
    return false;
  }
}
