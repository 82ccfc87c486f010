import { folderStore, type ClinicalContext, type FileContext } from '@holovitals/clinical';
import { createAuditSink } from '@holovitals/compliance';
import {
  assertApplicationRole,
  assertPrimary,
  createClient,
  type ClientOptions,
  type Database,
} from '@holovitals/database';
import { isCodedError } from '@holovitals/errors';
import { createProviderDirectory, type IdentityContext } from '@holovitals/identity';
import { databaseUnusable } from './errors.ts';
import { openReferenceReads, readFromPrimary, type ReferenceReads } from './reference-reads.ts';
import type { Settings } from './settings.ts';

/** Who waits for a replica could have asked the primary. */
const REPLICA_CONNECT_TIMEOUT_MS = 1_000;

const INTERNET_ONLY = { networks: [], authorities: [], timeoutMs: 5_000 };

/** What every use case works with, wired once. */
export interface Platform {
  readonly identity: IdentityContext;
  readonly clinical: ClinicalContext;
  readonly files: FileContext;
  readonly reads: ReferenceReads;
  /** Closes every pool. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the database as the application role, with its encryption key, and wires the audit trail to
 * the domains below it.
 *
 * @throws CodedError `DATABASE.REPLICA_REFUSED`, `DATABASE.ROLE_TOO_POWERFUL`, `DATABASE.ENCRYPTION_KEY_WRONG`,
 *   `DATABASE.KEY_SERVICE_UNAVAILABLE`, `API.DATABASE_UNREACHABLE`, `API.DATABASE_EMPTY`, `API.REPLICA_UNFIT`
 */
export async function openPlatform(
  settings: Pick<Settings, 'databaseUrl' | 'codeKey'> &
    Pick<ClientOptions, 'encryptionKey'> &
    Partial<
      Pick<Settings, 'pooler' | 'connections' | 'replica' | 'relyingParty' | 'oidc' | 'fileFolder'>
    >,
  clock: () => Date = () => new Date(),
): Promise<Platform> {
  const { databaseUrl: url, encryptionKey, codeKey, pooler, connections } = settings;
  const { relyingParty = null, oidc = INTERNET_ONLY, fileFolder = null } = settings;
  const db = createClient({ url, encryptionKey, pooler, applicationName: 'api', ...connections });
  try {
    await assertPrimary(db);
    await assertApplicationRole(db);
    await db.$codec.ready();
  } catch (error) {
    await db.$disconnect();
    throw isCodedError(error) ? error : databaseUnusable(url, error);
  }
  const replica = await openReplica(db, settings);
  const providers = createProviderDirectory(oidc);
  const clinical = { db, audit: createAuditSink(db.$codec, clock), clock };
  return {
    ...{
      clinical,
      files: { ...clinical, store: folderStore(fileFolder, () => readMark(db)) },
      identity: { ...clinical, codeKey, relyingParty, providers },
      reads: replica.reads,
    },
    async close() {
      await Promise.all([db.$disconnect(), replica.close(), providers.close()]);
    },
  };
}

/** Tells this database from others, also after it was restored: its first key. */
async function readMark(db: Database): Promise<string> {
  const key = await db.encryptionKey.findFirstOrThrow({
    where: { alias: 'blind-index' },
    orderBy: { version: 'asc' },
    select: { id: true },
  });
  return key.id;
}

/** Where reference data is read; the primary where no replica is configured. */
async function openReplica(
  primary: Database,
  { replica, pooler, connections }: Partial<Pick<Settings, 'pooler' | 'connections' | 'replica'>>,
): Promise<{ readonly reads: ReferenceReads; readonly close: () => Promise<void> }> {
  if (replica === undefined) {
    return { reads: readFromPrimary(primary), close: () => Promise.resolve() };
  }
  const db = createClient({
    ...{ url: replica.url, pooler, applicationName: 'api', ...connections },
    connectTimeoutMs: REPLICA_CONNECT_TIMEOUT_MS,
  });
  try {
    const reads = await openReferenceReads(primary, db, { maxLagMs: replica.maxLagMs });
    return { reads, close: () => db.$disconnect() };
  } catch (error) {
    await Promise.all([db.$disconnect(), primary.$disconnect()]);
    throw error;
  }
}
