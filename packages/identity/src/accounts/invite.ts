import { withActor, type Actor } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import { z } from 'zod';
import { actorHasPermission } from '../access/permission.store.ts';
import {
  consumeToken,
  createTokenChallenge,
  endChallenges,
} from '../challenges/challenge.store.ts';
import type { IdentityContext } from '../context.ts';
import {
  challengeRefused,
  inputInvalid,
  notFound,
  notPermitted,
  passwordRefused,
  selfGrant,
  sessionInvalid,
} from '../errors.ts';
import { queueMessage } from '../notifications/outbox.store.ts';
import { hashPassword } from '../passwords/hash-password.ts';
import { passwordFaults } from '../passwords/password-faults.ts';
import { readPolicy } from '../policy/security-policy.store.ts';
import {
  activateAccount,
  findAccount,
  findAccountByEmail,
  grantRole,
  insertAccount,
  isGrantable,
  isOwner,
  replacePassword,
  replacePendingPassword,
} from './account.store.ts';

const LIFETIME = 3 * 86_400_000;

/** Input of `invite`. */
export const inviteSchema = z.strictObject({
  email: z.email().max(254),
  role: z.string().min(1).max(200),
  displayName: z.string().trim().min(1).max(200).optional(),
});

/** Input of `acceptInvitation`. */
export const acceptInvitationSchema = z.strictObject({
  token: z.string().min(1).max(200),
  password: z.string().min(1).max(1024),
});

/**
 * Invites a person into the organisation the caller acts in, with a role. Only owners make owners.
 *
 * @throws CodedError `IDENTITY.NOT_PERMITTED`, `IDENTITY.NOT_FOUND` for an unknown role
 */
export async function invite(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  input: z.input<typeof inviteSchema>,
): Promise<void> {
  const parsed = inviteSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('invite', parsed.error);
  const { email, role, displayName = null } = parsed.data;
  const grantedById = actor.userId;
  if (grantedById === null) throw sessionInvalid();
  const now = clock();
  await withActor(db, actor, async (tx) => {
    for (const permission of ['MANAGE_USERS', 'GRANT_ROLES']) {
      if (!(await actorHasPermission(tx, permission))) throw notPermitted(permission);
    }
    if (role === 'OWNER' && !(await isOwner(tx, grantedById, now))) throw notPermitted('OWNER');
    const { organizationId } = actor;
    if (!(await isGrantable(tx, role, organizationId))) throw notFound('role');
    const id = uuidV7();
    await insertAccount(tx, {
      id,
      email,
      displayName,
      passwordHash: null,
      role,
      organizationId,
      now,
    });
    const account = await findAccountByEmail(tx, email);
    if (account === null) throw notFound('account');
    if (account.id === grantedById) throw selfGrant();
    const grant = { userId: account.id, role, organizationId, grantedById, reason: 'invited', now };
    const isGranted = await grantRole(tx, grant);
    if (account.status === 'PENDING') {
      // Whoever registered the address before had not proven it, and may be a stranger.
      await replacePendingPassword(tx, account.id, null, now);
      await endChallenges(tx, account.id, 'EMAIL_VERIFICATION', now);
      const subject = { userId: account.id, email, purpose: 'INVITATION' as const, ip: actor.ip };
      const token = await createTokenChallenge(tx, subject, now, LIFETIME);
      await queueMessage(
        tx,
        {
          userId: account.id,
          channel: 'EMAIL',
          recipient: email,
          templateKey: 'invitation',
          params: { token },
        },
        now,
      );
    }
    if (!isGranted) return;
    await audit(tx, actor, [
      {
        eventType: 'PERMISSION_CHANGE',
        action: 'C',
        outcome: 'SUCCESS',
        resourceType: 'User',
        resourceId: account.id,
        reason: `invited as ${role}`,
      },
    ]);
  });
}

/**
 * Accepts an invitation: proves the address, sets the password, opens the account.
 *
 * @throws CodedError `IDENTITY.CHALLENGE_REFUSED`, `IDENTITY.PASSWORD_REFUSED`
 */
export async function acceptInvitation(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  input: z.input<typeof acceptInvitationSchema>,
): Promise<void> {
  const parsed = acceptInvitationSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('acceptInvitation', parsed.error);
  const { token, password } = parsed.data;
  const now = clock();
  const passwordHash = await hashPassword(password);
  await withActor(db, actor, async (tx) => {
    const subject = await consumeToken(tx, 'INVITATION', token, now);
    const account = subject?.userId == null ? null : await findAccount(tx, subject.userId);
    if (account === null || account.status !== 'PENDING') throw challengeRefused();
    const policy = await readPolicy(tx, account.organizationId, actor.ip);
    const faults = passwordFaults(password, policy, account.email);
    if (faults.length > 0) throw passwordRefused(faults);
    if (!(await replacePassword(tx, account, passwordHash, policy.passwordHistoryCount, now))) {
      throw challengeRefused();
    }
    await activateAccount(tx, account.id, now);
    await audit(tx, actor, [
      {
        eventType: 'CONFIG_CHANGE',
        action: 'U',
        outcome: 'SUCCESS',
        userId: account.id,
        resourceType: 'User',
        resourceId: account.id,
        changedFields: ['passwordHash', 'status'],
      },
    ]);
  });
}
