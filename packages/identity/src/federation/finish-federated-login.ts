import {
  withActor,
  type Actor,
  type AuditEvent,
  type Transaction,
  type TwoFactorMethod,
} from '@holovitals/database';
import type { z } from 'zod';
import {
  activateAccount,
  findAccount,
  lockAccount,
  markLoggedIn,
} from '../accounts/account.store.ts';
import { endChallenges, useUpChallenge } from '../challenges/challenge.store.ts';
import type { IdentityContext } from '../context.ts';
import { challengeRefused, inputInvalid, loginRefused } from '../errors.ts';
import { findFactors } from '../factors/factor.store.ts';
import { readPolicy } from '../policy/security-policy.store.ts';
import { issueSession, type IssuedSession } from '../sessions/issue-session.ts';
import { FLOW_LIFETIME, finishFlowSchema, openFlow } from './flow.ts';
import { failureOf } from './provider-failure.ts';
import {
  findFederatedAccount,
  findInvited,
  findProvider,
  linkAccount,
  type Provider,
} from './provider.store.ts';
import { redeemAnswer, type Assertion } from './redeem-answer.ts';

/** What a log-in with a provider answers. */
export interface FederatedSession extends IssuedSession {
  /** Second factors of which one must be shown next, where the provider vouches for one factor only. */
  readonly factors: readonly TwoFactorMethod[];
  /** Where the browser ends the session at the provider as well; null where it offers none. */
  readonly logoutUrl: string | null;
}

/**
 * Ends a log-in with an organisation's identity provider. The account is the one that is tied to
 * issuer and subject; an address that the provider has verified ties an account only while an
 * invitation of that organisation is open for it. A second factor counts where `acr` or `amr` say so.
 *
 * @throws CodedError `IDENTITY.LOGIN_REFUSED`, `IDENTITY.CHALLENGE_REFUSED` for a flow that is not
 *   ours or over, `IDENTITY.PROVIDER_UNAVAILABLE`, `IDENTITY.INPUT_INVALID`
 */
export async function finishFederatedLogin(
  context: IdentityContext,
  actor: Actor,
  input: z.input<typeof finishFlowSchema>,
): Promise<FederatedSession> {
  const parsed = finishFlowSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('finishFederatedLogin', parsed.error);
  const { db, audit, clock, codeKey } = context;
  const flow = await openFlow(codeKey, parsed.data.flow, clock());
  if (flow === null || flow.sessionId !== undefined) throw challengeRefused();
  const refuse = async (tx: Transaction, event: Pick<AuditEvent, 'reason' | 'userId'>) => {
    const failed = { eventType: 'LOGIN_FAILED', action: 'E', outcome: 'MINOR_FAILURE' } as const;
    await audit(tx, actor, [{ ...failed, ...event }]);
    return null;
  };
  const provider = await withActor(db, actor, (tx) => findProvider(tx, flow.organizationId));
  if (provider?.issuer !== flow.issuer || provider.clientId !== flow.clientId) {
    throw challengeRefused();
  }
  // Outside of any transaction: it takes long, and holds no connection.
  const assertion = await redeemAnswer(context, provider, flow, parsed.data.query).catch(
    async (error: unknown) => {
      const { problem, reason } = failureOf(error);
      await withActor(db, actor, (tx) => refuse(tx, { reason }));
      throw problem;
    },
  );
  const session = await withActor(db, actor, async (tx) => {
    const found = await findOrLink(context, tx, actor, provider, assertion);
    if (found === null) return await refuse(tx, { reason: 'openid account not known' });
    const { id: userId } = found;
    const current = await lockAccount(tx, userId);
    const account = await findAccount(tx, userId);
    const now = clock();
    const isFresh = await useUpChallenge(tx, userId, flow.state, now, FLOW_LIFETIME);
    if (!isFresh) return await refuse(tx, { userId, reason: 'openid flow used twice' });
    if (account?.organizationId !== provider.organizationId) {
      return await refuse(tx, { userId, reason: 'openid account of another organisation' });
    }
    const policy = await readPolicy(tx, account.organizationId, actor.ip);
    if (current?.status !== 'ACTIVE' || !policy.isAddressAllowed) {
      return await refuse(tx, { userId });
    }
    await markLoggedIn(tx, userId, now);
    const proven = (await findFactors(tx, userId)).filter(({ verifiedAt }) => verifiedAt !== null);
    const issued = await issueSession(
      tx,
      actor,
      policy,
      {
        ...{ userId, organizationId: account.organizationId, authMethod: 'OIDC' },
        mfaVerifiedAt: assertion.isMultiFactor ? now : null,
      },
      now,
    );
    const role = account.role === null ? {} : { actorRole: account.role };
    const event = { eventType: 'LOGIN', action: 'E', outcome: 'SUCCESS', userId } as const;
    await audit(tx, actor, [{ ...event, ...role }]);
    const factors = assertion.isMultiFactor ? [] : proven.map(({ method }) => method);
    return { ...issued, factors: [...new Set(factors)], logoutUrl: assertion.logoutUrl };
  });
  if (session === null) throw loginRefused();
  return session;
}

async function findOrLink(
  { audit, clock }: IdentityContext,
  tx: Transaction,
  actor: Actor,
  { issuer, organizationId }: Provider,
  { subject, email }: Assertion,
): Promise<{ readonly id: string } | null> {
  const known = await findFederatedAccount(tx, issuer, subject);
  if (known !== null || email === null) return known;
  const now = clock();
  const invited = await findInvited(tx, organizationId, email, now);
  if (invited === null) return null;
  await lockAccount(tx, invited.id);
  // Somebody else may have accepted it meanwhile.
  if ((await findInvited(tx, organizationId, email, now)) === null) return null;
  if (!(await linkAccount(tx, invited.id, issuer, subject))) return null;
  await activateAccount(tx, invited.id, now);
  await endChallenges(tx, invited.id, 'INVITATION', now);
  await audit(tx, actor, [
    {
      eventType: 'CONFIG_CHANGE',
      action: 'U',
      outcome: 'SUCCESS',
      userId: invited.id,
      resourceType: 'User',
      resourceId: invited.id,
      changedFields: ['externalIssuer', 'externalSubject', 'status'],
    },
  ]);
  return invited;
}
