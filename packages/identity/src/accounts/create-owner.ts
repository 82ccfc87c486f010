import { randomBytes } from 'node:crypto';
import { withActor } from '@holovitals/database';
import { z } from 'zod';
import type { IdentityContext } from '../context.ts';
import { inputInvalid, ownerExists, passwordRefused } from '../errors.ts';
import { hashPassword } from '../passwords/hash-password.ts';
import { passwordFaults } from '../passwords/password-faults.ts';
import { readPolicy } from '../policy/security-policy.store.ts';
import { hasOwner, lockFirstOwner } from './account.store.ts';
import { appointmentOf, insertActiveAccount, installation } from './install-account.ts';

/** Input of `createOwner`. */
export const createOwnerSchema = z.strictObject({
  email: z.email().max(254),
  /** Left out: a random one is made, and answered. */
  password: z.string().min(1).max(1024).optional(),
});

/** The first owner, with the password that was made where none was given. */
export interface CreatedOwner {
  readonly email: string;
  readonly password: string | null;
}

/**
 * Appoints the first owner of the platform. Works once: afterwards owners appoint owners.
 *
 * @throws CodedError `IDENTITY.OWNER_EXISTS`, `IDENTITY.PASSWORD_REFUSED`
 */
export async function createOwner(
  { db, audit, clock }: Pick<IdentityContext, 'db' | 'audit' | 'clock'>,
  input: z.input<typeof createOwnerSchema>,
): Promise<CreatedOwner> {
  const parsed = createOwnerSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('createOwner', parsed.error);
  const { email, password = makePassword() } = parsed.data;
  const passwordHash = await hashPassword(password);
  await withActor(db, installation, async (tx) => {
    await lockFirstOwner(tx);
    if (await hasOwner(tx)) throw ownerExists();
    const faults = passwordFaults(password, await readPolicy(tx, null, null), email);
    if (faults.length > 0) throw passwordRefused(faults);
    const owner = { email, displayName: null, role: 'OWNER', organizationId: null, passwordHash };
    const id = await insertActiveAccount(tx, owner, clock());
    if (id === null) throw ownerExists();
    await audit(tx, installation, [appointmentOf(id)]);
  });
  return { email, password: parsed.data.password === undefined ? password : null };
}

/** 144 random bits, and a tail that any policy's character classes are met by. */
function makePassword(): string {
  return `${randomBytes(18).toString('base64url')}-aA1`;
}
