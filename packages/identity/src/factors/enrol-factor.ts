import { withActor, type Actor, type Transaction } from '@holovitals/database';
import { Secret } from 'otpauth';
import { z } from 'zod';
import { lockAccount } from '../accounts/account.store.ts';
import {
  consumeCode,
  createCodeChallenge,
  isAskedTooOften,
  isTextedTooOften,
} from '../challenges/challenge.store.ts';
import type { IdentityContext } from '../context.ts';
import { challengeRefused, inputInvalid } from '../errors.ts';
import { queueMessage } from '../notifications/outbox.store.ts';
import { personOf } from '../sessions/person-of.ts';
import { finishEnrolment, mayEnrol, type EnrolledFactor } from './enrolment.ts';
import { findDataKeyId, findPhone, findTotp, insertFactor } from './factor.store.ts';
import { acceptTotp, makeTotp } from './verify-factor.ts';

const SECRET_BYTES = 20;
const CODE_LIFETIME = 600_000;

/** What an authenticator app needs, shown once. */
export interface TotpEnrolment {
  /** Base32. */
  readonly secret: string;
  /** `otpauth://…`, for a QR code. */
  readonly uri: string;
}

/**
 * Begins to enrol an authenticator app; `confirmTotp` ends it.
 *
 * @throws CodedError `IDENTITY.FACTOR_EXISTS`, `IDENTITY.FACTOR_NOT_ALLOWED`, `IDENTITY.STEP_UP_REQUIRED`
 */
export async function enrolTotp(
  { db, clock }: IdentityContext,
  actor: Actor,
  label: string | null,
): Promise<TotpEnrolment> {
  const secret = new Secret({ size: SECRET_BYTES }).base32;
  return await withActor(db, actor, async (tx) => {
    const account = await mayEnrol(tx, actor, 'TOTP');
    const keyId = await findDataKeyId(tx);
    await insertFactor(tx, { userId: account.id, method: 'TOTP', label, secret, keyId }, clock());
    return { secret, uri: makeTotp(secret, account.email).toString() };
  });
}

/**
 * Ends the enrolment of an authenticator app with its first code. The session counts as opened with
 * a second factor from then on.
 *
 * @throws CodedError `IDENTITY.CHALLENGE_REFUSED`
 */
export async function confirmTotp(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  code: string,
): Promise<EnrolledFactor> {
  const userId = personOf(actor);
  const now = clock();
  return await withActor(db, actor, async (tx) => {
    await lockAccount(tx, userId);
    const factor = await findTotp(tx, userId, false);
    const secret = factor?.secretCiphertext;
    if (factor === null || secret == null) throw challengeRefused();
    if (!(await acceptTotp(tx, { id: factor.id, secret }, code, now))) throw challengeRefused();
    return await finishEnrolment(tx, audit, actor, factor.id, now);
  });
}

/**
 * Begins to enrol e-mail as second factor: sends a code, which `confirmEmail` takes.
 *
 * @throws CodedError `IDENTITY.FACTOR_EXISTS`, `IDENTITY.FACTOR_NOT_ALLOWED`, `IDENTITY.STEP_UP_REQUIRED`
 */
export async function enrolEmail(
  { db, clock, codeKey }: IdentityContext,
  actor: Actor,
): Promise<void> {
  const now = clock();
  await withActor(db, actor, async (tx) => {
    const { id: userId, email } = await mayEnrol(tx, actor, 'EMAIL');
    const purpose = 'EMAIL_VERIFICATION';
    if (await isAskedTooOften(tx, email, purpose, now)) return;
    const subject = { userId, email, purpose, ip: actor.ip } as const;
    const code = await createCodeChallenge(tx, subject, codeKey, now, CODE_LIFETIME);
    const message = {
      userId,
      channel: 'EMAIL',
      recipient: email,
      templateKey: 'factor-code',
    } as const;
    await queueMessage(tx, { ...message, params: { code } }, now);
  });
}

/**
 * Ends the enrolment of e-mail with the code that was sent; five tries a code.
 *
 * @throws CodedError `IDENTITY.CHALLENGE_REFUSED`
 */
export async function confirmEmail(
  { db, audit, clock, codeKey }: IdentityContext,
  actor: Actor,
  code: string,
): Promise<EnrolledFactor> {
  const userId = personOf(actor);
  const now = clock();
  const enrolled = await withActor(db, actor, async (tx) => {
    const subject = { userId, purpose: 'EMAIL_VERIFICATION', channel: 'EMAIL' } as const;
    if (!(await consumeCode(tx, subject, codeKey, code, now))) return null;
    await mayEnrol(tx, actor, 'EMAIL');
    const factor = { userId, method: 'EMAIL', label: null, secret: null, keyId: null } as const;
    return await finishEnrolment(tx, audit, actor, await insertFactor(tx, factor, now), now);
  });
  // Outside, so that the try counts.
  if (enrolled === null) throw challengeRefused();
  return enrolled;
}

/** Input of `enrolSms`: a telephone number in international form (E.164). */
export const enrolSmsSchema = z.strictObject({ phone: z.string().regex(/^\+[1-9]\d{6,14}$/) });

/**
 * Begins to enrol a telephone as second factor: texts a code, which `confirmSms` takes; five an hour
 * at most. A restricted authenticator (NIST SP 800-63B, 5.1.3.3): the policy may leave it out.
 *
 * @throws CodedError `IDENTITY.INPUT_INVALID`, `IDENTITY.FACTOR_EXISTS`,
 *   `IDENTITY.FACTOR_NOT_ALLOWED`, `IDENTITY.STEP_UP_REQUIRED`
 */
export async function enrolSms(
  { db, clock, codeKey }: IdentityContext,
  actor: Actor,
  input: z.input<typeof enrolSmsSchema>,
): Promise<void> {
  const parsed = enrolSmsSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('enrolSms', parsed.error);
  const { phone } = parsed.data;
  const now = clock();
  await withActor(db, actor, async (tx) => {
    const { id: userId } = await mayEnrol(tx, actor, 'SMS');
    if (await isTextedTooOften(tx, userId, now)) return;
    const keyId = await findDataKeyId(tx);
    const factor = { userId, method: 'SMS', label: null, secret: null, keyId, phone } as const;
    await insertFactor(tx, factor, now);
    await textCode(tx, { userId, phone, ip: actor.ip }, codeKey, now);
  });
}

/**
 * Ends the enrolment of a telephone with the code that was texted; five tries a code.
 *
 * @throws CodedError `IDENTITY.CHALLENGE_REFUSED`
 */
export async function confirmSms(
  { db, audit, clock, codeKey }: IdentityContext,
  actor: Actor,
  code: string,
): Promise<EnrolledFactor> {
  const userId = personOf(actor);
  const now = clock();
  const enrolled = await withActor(db, actor, async (tx) => {
    await lockAccount(tx, userId);
    const factor = await findPhone(tx, userId, false);
    const subject = { userId, purpose: 'STEP_UP', channel: 'SMS' } as const;
    if (factor === null || !(await consumeCode(tx, subject, codeKey, code, now))) return null;
    await mayEnrol(tx, actor, 'SMS');
    return await finishEnrolment(tx, audit, actor, factor.id, now);
  });
  // Outside, so that the try counts.
  if (enrolled === null) throw challengeRefused();
  return enrolled;
}

/** Texts a person a code to show. */
export async function textCode(
  tx: Transaction,
  {
    userId,
    phone,
    ip,
  }: { readonly userId: string; readonly phone: string; readonly ip: string | null },
  codeKey: Uint8Array,
  now: Date,
): Promise<void> {
  const subject = { userId, email: null, purpose: 'STEP_UP', channel: 'SMS', ip } as const;
  const code = await createCodeChallenge(tx, subject, codeKey, now, CODE_LIFETIME);
  const message = { userId, channel: 'SMS', recipient: phone, templateKey: 'factor-code' } as const;
  await queueMessage(tx, { ...message, params: { code } }, now);
}
