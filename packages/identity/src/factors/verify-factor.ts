import type { Transaction } from '@holovitals/database';
import { Secret, TOTP } from 'otpauth';
import { consumeCode } from '../challenges/challenge.store.ts';
import type { IdentityContext } from '../context.ts';
import type { Assertion } from '../passkeys/passkey.schema.ts';
import { verifyPasskey } from '../passkeys/verify-passkey.ts';
import { acceptStep, findTotp, hasFactor, useRecoveryCode } from './factor.store.ts';
import { hashRecoveryCode } from './recovery-codes.ts';

const PERIOD = 30;

/** A second factor as it is shown. */
export type FactorProof =
  | { readonly method: 'TOTP' | 'EMAIL' | 'SMS' | 'RECOVERY_CODE'; readonly code: string }
  | { readonly method: 'WEBAUTHN'; readonly passkey: Assertion };

/** Checks a second factor, and uses up the code or the challenge. */
export async function verifyFactor(
  context: Pick<IdentityContext, 'clock' | 'codeKey' | 'relyingParty'>,
  tx: Transaction,
  userId: string,
  proof: FactorProof,
): Promise<boolean> {
  if (proof.method === 'WEBAUTHN') {
    return (await verifyPasskey(context, tx, userId, proof.passkey)).isProven;
  }
  const { method, code } = proof;
  const now = context.clock();
  switch (method) {
    case 'TOTP': {
      const factor = await findTotp(tx, userId, true);
      return (
        factor?.secretCiphertext != null &&
        (await acceptTotp(tx, { ...factor, secret: factor.secretCiphertext }, code, now))
      );
    }
    case 'EMAIL':
    case 'SMS':
      // A mailbox or a telephone counts only for who chose it: none stands in for an authenticator.
      if (!(await hasFactor(tx, userId, method))) return false;
      return await consumeCode(
        tx,
        { userId, purpose: 'STEP_UP', channel: method },
        context.codeKey,
        code,
        now,
      );
    case 'RECOVERY_CODE':
      return await useRecoveryCode(tx, userId, hashRecoveryCode(code), now);
  }
}

/** Accepts a TOTP code of the current step or the one before or after it, once (RFC 6238, 5.2). */
export async function acceptTotp(
  tx: Transaction,
  factor: { readonly id: string; readonly secret: string },
  code: string,
  now: Date,
): Promise<boolean> {
  const delta = makeTotp(factor.secret).validate({
    token: code,
    timestamp: now.getTime(),
    window: 1,
  });
  if (delta === null) return false;
  const step = Math.floor(now.getTime() / 1000 / PERIOD) + delta;
  return await acceptStep(tx, factor.id, step, now);
}

/** TOTP as authenticator apps expect it: SHA-1, six digits, 30 seconds (RFC 6238). */
export function makeTotp(secret: string, label = ''): TOTP {
  return new TOTP({
    issuer: 'HoloVitals',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD,
    secret: Secret.fromBase32(secret),
  });
}
