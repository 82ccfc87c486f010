import { anonymous, withActor, type Actor, type Transaction } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import type { IdentityContext } from '../context.ts';
import { hashPassword } from '../passwords/hash-password.ts';
import { activateAccount, grantRole, insertAccount } from './account.store.ts';

/** An account that the installation makes itself, without an invitation or a mail. */
export interface InstalledAccount {
  readonly email: string;
  readonly displayName: string | null;
  readonly password: string;
  readonly role: string;
  readonly organizationId: string | null;
}

/** Who acts where nobody is there yet. */
export const installation: Actor = {
  ...anonymous({ ip: null, userAgent: null, requestId: null, source: 'installation' }),
  agentSystem: 'installation',
};

/**
 * Makes an active account with a role; one that has the address is left as it is. Answers its id.
 * For the installation alone: no route calls it.
 */
export async function installAccount(
  { db, audit, clock }: Pick<IdentityContext, 'db' | 'audit' | 'clock'>,
  account: InstalledAccount,
): Promise<string> {
  const passwordHash = await hashPassword(account.password);
  return await withActor(db, installation, async (tx) => {
    const id = await insertActiveAccount(tx, { ...account, passwordHash }, clock());
    if (id !== null) {
      await audit(tx, installation, [appointmentOf(id)]);
      return id;
    }
    const { id: there } = await tx.user.findUniqueOrThrow({
      where: { email: account.email },
      select: { id: true },
    });
    return there;
  });
}

/** Makes the organisation of this name, if there is none. Answers its id. */
export async function installOrganization(
  { db, audit }: Pick<IdentityContext, 'db' | 'audit'>,
  name: string,
): Promise<string> {
  return await withActor(db, installation, async (tx) => {
    const found = await tx.organization.findFirst({ where: { name }, select: { id: true } });
    if (found !== null) return found.id;
    const { id } = await tx.organization.create({
      data: { name, kind: 'PROVIDER' },
      select: { id: true },
    });
    await audit(tx, installation, [{ ...appointmentOf(id), resourceType: 'Organization' }]);
    return id;
  });
}

/** The audit row of an appointment by the installation. */
export function appointmentOf(resourceId: string) {
  return {
    eventType: 'PERMISSION_CHANGE',
    action: 'C',
    outcome: 'SUCCESS',
    resourceType: 'User',
    resourceId,
  } as const;
}

/** Inserts an active account that holds its role; null where the address is taken. */
export async function insertActiveAccount(
  tx: Transaction,
  account: Omit<InstalledAccount, 'password'> & { readonly passwordHash: string },
  now: Date,
): Promise<string | null> {
  const id = uuidV7();
  const { email, displayName, passwordHash, role, organizationId } = account;
  const row = { id, email, displayName, passwordHash, role, organizationId, now };
  if (!(await insertAccount(tx, row))) return null;
  await activateAccount(tx, id, now);
  const reason = 'appointed by the installation';
  await grantRole(tx, { userId: id, role, organizationId, grantedById: null, reason, now });
  return id;
}
