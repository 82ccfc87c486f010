import { withActor, type Actor, type Transaction } from '@holovitals/database';
import { z } from 'zod';
import { actorHasPermission } from '../access/permission.store.ts';
import { revokeKeysOf } from '../api-keys/api-key.store.ts';
import type { IdentityContext } from '../context.ts';
import {
  accountStateRefused,
  inputInvalid,
  notFound,
  notPermitted,
  selfSuspension,
  sessionInvalid,
  stepUpRequired,
} from '../errors.ts';
import { revokeSessions } from '../sessions/session.store.ts';
import { findAccount, isOwner, lockAccounts, setStatus, type Account } from './account.store.ts';

/** Input of `suspendAccount` and `reinstateAccount`. */
export const suspensionSchema = z.strictObject({
  /** Why; it stands in the audit trail. */
  reason: z.string().trim().min(1).max(500),
});

/** What becomes of an account. */
interface Suspension {
  readonly from: readonly string[];
  readonly to: 'ACTIVE' | 'SUSPENDED';
  /** What else happens, while the account is locked. */
  readonly after?: (tx: Transaction, account: Account, by: string, now: Date) => Promise<void>;
}

/**
 * Suspends an account of the organisation the caller acts in: its sessions and API keys end at once,
 * and its log-ins are refused like any that fail, until it is reinstated (45 CFR 164.308(a)(3)(ii)(C)).
 * Owners are suspended by owners, and nobody by themselves, so that an owner remains.
 *
 * @throws CodedError `IDENTITY.INPUT_INVALID`, `IDENTITY.STEP_UP_REQUIRED`, `IDENTITY.NOT_PERMITTED`,
 *   `IDENTITY.SELF_SUSPENSION`, `IDENTITY.NOT_FOUND`, `IDENTITY.ACCOUNT_STATE_REFUSED`
 */
export async function suspendAccount(
  context: IdentityContext,
  actor: Actor,
  id: string,
  given: z.input<typeof suspensionSchema>,
): Promise<void> {
  await change(context, actor, id, given, {
    ...{ from: ['ACTIVE', 'LOCKED'], to: 'SUSPENDED' },
    async after(tx, account, by, now) {
      await revokeSessions(tx, { userId: account.id }, 'ADMINISTRATOR', now);
      await revokeKeysOf(tx, account.id, by, now);
    },
  });
}

/**
 * Reinstates a suspended account: the person logs in again. Sessions and keys that ended stay ended.
 *
 * @throws CodedError as {@link suspendAccount}
 */
export async function reinstateAccount(
  context: IdentityContext,
  actor: Actor,
  id: string,
  given: z.input<typeof suspensionSchema>,
): Promise<void> {
  await change(context, actor, id, given, { from: ['SUSPENDED'], to: 'ACTIVE' });
}

async function change(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  id: string,
  given: z.input<typeof suspensionSchema>,
  { from, to, after }: Suspension,
): Promise<void> {
  const parsed = suspensionSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('the suspension of an account', parsed.error);
  const { userId: by, organizationId } = actor;
  if (by === null) throw sessionInvalid();
  if (!actor.stepUp) throw stepUpRequired();
  const now = clock();
  await withActor(db, actor, async (tx) => {
    // Both rows, so that of two who suspend each other at once the later one is no longer active.
    await lockAccounts(tx, [by, id]);
    if (!(await actorHasPermission(tx, 'MANAGE_USERS'))) throw notPermitted('MANAGE_USERS');
    if (id === by) throw selfSuspension();
    const account = await findAccount(tx, id);
    if (account === null || account.organizationId !== organizationId) throw notFound('account');
    for (const place of new Set([null, organizationId])) {
      const places = place === null ? [null] : [null, place];
      if (!(await isOwner(tx, id, now, place))) continue;
      const owns = await Promise.all(places.map((each) => isOwner(tx, by, now, each)));
      if (!owns.includes(true)) throw notPermitted('OWNER');
    }
    if (!from.includes(account.status)) throw accountStateRefused(account.status);
    await setStatus(tx, id, to);
    await after?.(tx, account, by, now);
    await audit(tx, actor, [
      {
        ...({ eventType: 'PERMISSION_CHANGE', action: 'U', outcome: 'SUCCESS' } as const),
        ...{ resourceType: 'User', resourceId: id, changedFields: ['status'] },
        reason: `${to}: ${parsed.data.reason}`.slice(0, 500),
      },
    ]);
  });
}
