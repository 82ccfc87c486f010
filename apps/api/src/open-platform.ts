import type { ClinicalContext } from '@holovitals/clinical';
import { createAuditSink } from '@holovitals/compliance';
import { assertApplicationRole, assertPrimary, createClient } from '@holovitals/database';
import { isCodedError } from '@holovitals/errors';
import type { IdentityContext } from '@holovitals/identity';
import { databaseUnusable } from './errors.ts';
import type { Settings } from './settings.ts';

/** What every use case works with, wired once. */
export interface Platform {
  readonly identity: IdentityContext;
  readonly clinical: ClinicalContext;
}

/**
 * Opens the database as the application role, with its encryption key, and wires the audit trail to
 * the domains below it.
 *
 * @throws CodedError `DATABASE.REPLICA_REFUSED`, `DATABASE.ROLE_TOO_POWERFUL`, `DATABASE.ENCRYPTION_KEY_WRONG`,
 *   `API.DATABASE_UNREACHABLE`, `API.DATABASE_EMPTY`
 */
export async function openPlatform(
  settings: Pick<Settings, 'databaseUrl' | 'encryptionKey' | 'codeKey'> &
    Partial<Pick<Settings, 'pooler' | 'connections'>>,
  clock: () => Date = () => new Date(),
): Promise<Platform> {
  const { databaseUrl: url, encryptionKey, codeKey, pooler, connections } = settings;
  const db = createClient({ url, encryptionKey, pooler, applicationName: 'api', ...connections });
  try {
    await assertPrimary(db);
    await assertApplicationRole(db);
    await db.$codec.ready();
  } catch (error) {
    await db.$disconnect();
    throw isCodedError(error) ? error : databaseUnusable(url, error);
  }
  const clinical = { db, audit: createAuditSink(db.$codec, clock), clock };
  return { clinical, identity: { ...clinical, codeKey } };
}
