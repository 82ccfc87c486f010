import { Prisma, type Transaction } from '@holovitals/database';
import { providerTaken } from '../errors.ts';
import type { ProviderSettings } from './provider-directory.ts';

/** An organisation's identity provider. */
export interface Provider extends ProviderSettings {
  readonly organizationId: string;
}

/** Finds the identity provider of an organisation that is active. */
export async function findProvider(
  tx: Pick<Transaction, 'organization'>,
  organizationId: string,
): Promise<Provider | null> {
  return await findOne(tx, { id: organizationId });
}

/** Finds the provider that an active organisation has by its issuer and client. */
export async function findProviderOf(
  tx: Pick<Transaction, 'organization'>,
  oidcIssuer: string,
  clientId: string,
): Promise<Provider | null> {
  return await findOne(tx, { oidcIssuer, clientId });
}

async function findOne(
  tx: Pick<Transaction, 'organization'>,
  where: Prisma.OrganizationWhereInput,
): Promise<Provider | null> {
  const row = await tx.organization.findFirst({
    where: { ...where, active: true },
    select: { id: true, oidcIssuer: true, clientId: true, clientSecretCiphertext: true },
  });
  if (row === null || row.oidcIssuer === null || row.clientId === null) return null;
  return {
    organizationId: row.id,
    issuer: row.oidcIssuer,
    clientId: row.clientId,
    clientSecret: row.clientSecretCiphertext,
  };
}

/** Finds the identity provider that a person is tied to; null where it is none of their organisation. */
export async function findOwnProvider(
  tx: Pick<Transaction, 'organization' | 'user'>,
  userId: string,
): Promise<Provider | null> {
  const account = await tx.user.findUnique({
    where: { id: userId },
    select: { organizationId: true, externalIssuer: true },
  });
  if (account === null || account.organizationId === null) return null;
  const provider = await findProvider(tx, account.organizationId);
  return provider?.issuer === account.externalIssuer ? provider : null;
}

/**
 * Sets an organisation's identity provider, or takes it away; false where there is no such organisation.
 *
 * @throws CodedError `IDENTITY.PROVIDER_TAKEN`
 */
export async function writeProvider(
  tx: Pick<Transaction, 'organization'>,
  organizationId: string,
  provider: ProviderSettings | null,
): Promise<boolean> {
  const where = { id: organizationId, active: true };
  if ((await tx.organization.count({ where })) === 0) return false;
  const data = {
    oidcIssuer: provider?.issuer ?? null,
    clientId: provider?.clientId ?? null,
    clientSecretCiphertext: provider?.clientSecret ?? null,
  };
  await tx.organization.update({ where, data, select: { id: true } }).catch((error: unknown) => {
    const isTaken = error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
    throw isTaken ? providerTaken() : error;
  });
  return true;
}

/** Finds the account that an issuer knows by a subject. */
export async function findFederatedAccount(
  tx: Pick<Transaction, 'user'>,
  externalIssuer: string,
  externalSubject: string,
): Promise<{ readonly id: string } | null> {
  return await tx.user.findUnique({
    where: { externalIssuer_externalSubject: { externalIssuer, externalSubject } },
    select: { id: true },
  });
}

/**
 * Finds the account of an organisation that waits for its invitation to be accepted, by its address;
 * one that somebody registered, or that has a password, is none.
 */
export async function findInvited(
  tx: Pick<Transaction, 'user'>,
  organizationId: string,
  email: string,
  now: Date,
): Promise<{ readonly id: string } | null> {
  return await tx.user.findFirst({
    where: {
      ...{ email, organizationId, status: 'PENDING', passwordHash: null, externalSubject: null },
      challenges: {
        some: { purpose: 'INVITATION', consumedAt: null, expiresAt: { gt: now } },
      },
    },
    select: { id: true },
  });
}

/** Ties an account to a subject of an issuer; false where it is tied, or the subject is. */
export async function linkAccount(
  tx: Pick<Transaction, 'user'>,
  id: string,
  externalIssuer: string,
  externalSubject: string,
): Promise<boolean> {
  const { count } = await tx.user.updateMany({
    where: { id, externalSubject: null },
    data: { externalIssuer, externalSubject },
  });
  return count === 1;
}
