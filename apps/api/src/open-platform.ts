import { createAuditSink } from '@holovitals/compliance';
import { assertApplicationRole, createClient } from '@holovitals/database';
import type { IdentityContext } from '@holovitals/identity';
import type { Settings } from './settings.ts';

/** What every use case works with, wired once. */
export interface Platform {
  readonly identity: IdentityContext;
}

/**
 * Opens the database as the application role, with its encryption key, and wires the audit trail to
 * the domains below it.
 *
 * @throws CodedError `DATABASE.ROLE_TOO_POWERFUL`, `DATABASE.ENCRYPTION_KEY_WRONG`
 */
export async function openPlatform(
  settings: Pick<Settings, 'databaseUrl' | 'encryptionKey' | 'codeKey'>,
  clock: () => Date = () => new Date(),
): Promise<Platform> {
  const { databaseUrl: url, encryptionKey, codeKey } = settings;
  const db = createClient({ url, encryptionKey, applicationName: 'api' });
  try {
    await assertApplicationRole(db);
    await db.$codec.ready();
  } catch (error) {
    await db.$disconnect();
    throw error;
  }
  return { identity: { db, audit: createAuditSink(db.$codec, clock), clock, codeKey } };
}
