import { withActor, type Actor, type Transaction } from '@holovitals/database';
import { z } from 'zod';
import { lockAccount } from '../accounts/account.store.ts';
import { useUpChallenge } from '../challenges/challenge.store.ts';
import type { IdentityContext } from '../context.ts';
import { challengeRefused, inputInvalid, notFound } from '../errors.ts';
import { readPolicy } from '../policy/security-policy.store.ts';
import { personOf } from '../sessions/person-of.ts';
import { markStepUp } from '../sessions/session.store.ts';
import { beginFlow, requireOwnPages, type BegunFlow } from './begin-flow.ts';
import { FLOW_LIFETIME, finishFlowSchema, openFlow } from './flow.ts';
import { failureOf } from './provider-failure.ts';
import { findFederatedAccount, findOwnProvider } from './provider.store.ts';
import { redeemAnswer } from './redeem-answer.ts';

const MINUTE = 60_000;

/** Input of `beginProviderStepUp`. */
export const beginProviderStepUpSchema = z.strictObject({
  /** A page of the application, at one of its origins. */
  redirectUri: z.url().max(500),
});

/**
 * Begins a fresh proof of identity at the provider that the caller logs in with: they log in there
 * again, whatever session they have (OpenID Connect Core, 3.1.2.1: `prompt`, `max_age`).
 *
 * @throws CodedError `IDENTITY.NOT_FOUND` where the caller is tied to no provider,
 *   `IDENTITY.REDIRECT_REFUSED`, `IDENTITY.PROVIDER_UNAVAILABLE`, `IDENTITY.INPUT_INVALID`
 */
export async function beginProviderStepUp(
  context: IdentityContext,
  actor: Actor,
  input: z.input<typeof beginProviderStepUpSchema>,
): Promise<BegunFlow> {
  const parsed = beginProviderStepUpSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('beginProviderStepUp', parsed.error);
  requireOwnPages(context, parsed.data);
  const userId = personOf(actor);
  const provider = await withActor(context.db, actor, (tx) => findOwnProvider(tx, userId));
  if (provider === null || actor.sessionId === null) throw notFound('identity provider');
  return await beginFlow(context, provider, parsed.data, actor.sessionId);
}

/**
 * Opens sensitive acts to the session for the policy's minutes, where the provider says that its
 * person logged in within five minutes.
 *
 * @throws CodedError `IDENTITY.CHALLENGE_REFUSED`, `IDENTITY.PROVIDER_UNAVAILABLE`,
 *   `IDENTITY.INPUT_INVALID`
 */
export async function finishProviderStepUp(
  context: IdentityContext,
  actor: Actor,
  input: z.input<typeof finishFlowSchema>,
): Promise<{ readonly until: Date }> {
  const parsed = finishFlowSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('finishProviderStepUp', parsed.error);
  const { db, audit, clock, codeKey } = context;
  const userId = personOf(actor);
  const flow = await openFlow(codeKey, parsed.data.flow, clock());
  const { sessionId } = actor;
  // Of this session, so that nobody's answer opens another's.
  if (flow === null || sessionId === null || flow.sessionId !== sessionId) throw challengeRefused();
  const refuse = async (tx: Transaction, reason: string) => {
    const outcome = 'MINOR_FAILURE';
    await audit(tx, actor, [{ eventType: 'MFA', action: 'E', outcome, reason }]);
    return null;
  };
  const provider = await withActor(db, actor, (tx) => findOwnProvider(tx, userId));
  if (provider?.issuer !== flow.issuer || provider.clientId !== flow.clientId) {
    throw challengeRefused();
  }
  // Outside of any transaction: it takes long, and holds no connection.
  const { subject } = await redeemAnswer(context, provider, flow, parsed.data.query).catch(
    async (error: unknown) => {
      const { problem, reason } = failureOf(error);
      await withActor(db, actor, (tx) => refuse(tx, reason));
      throw problem.kind === 'unavailable' ? problem : challengeRefused();
    },
  );
  const until = await withActor(db, actor, async (tx) => {
    await lockAccount(tx, userId);
    const shown = await findFederatedAccount(tx, provider.issuer, subject);
    if (shown?.id !== userId) return await refuse(tx, 'openid account of somebody else');
    const now = clock();
    const isFresh = await useUpChallenge(tx, userId, flow.state, now, FLOW_LIFETIME);
    if (!isFresh) return await refuse(tx, 'openid flow used twice');
    const { stepUpMinutes } = await readPolicy(tx, actor.organizationId, actor.ip);
    const end = new Date(now.getTime() + stepUpMinutes * MINUTE);
    await markStepUp(tx, sessionId, end);
    await audit(tx, actor, [{ eventType: 'MFA', action: 'E', outcome: 'SUCCESS' }]);
    return end;
  });
  if (until === null) throw challengeRefused();
  return { until };
}
